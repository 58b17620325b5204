// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Provides the transport {@code kafka}.
 *
 * @since 0.1.0
 */
public final class KafkaTransportProvider implements TransportProvider {
  static final PluginOption<String> TOPIC =
      PluginOption.string("topic", "the topic to write to; it is not created").asRequired();
  static final PluginOption<String> BOOTSTRAP =
      PluginOption.string("bootstrap", "HOST:PORT of one or more brokers, separated by commas")
          .asRequired();
  static final PluginOption<String> INSTANCE =
      PluginOption.string(
          "instance", "the key of all records; one for each program; the host's name if not set");
  static final PluginOption<ValueFormat> FORMAT =
      PluginOption.choice("format", ValueFormat.class, "what the value of a record is")
          .withDefault(ValueFormat.LINE);
  static final PluginOption<Duration> SEND_TIMEOUT =
      PluginOption.duration(
              "send-timeout",
              KafkaTransportBuilder.SHORTEST_SEND_TIMEOUT,
              KafkaTransportBuilder.LONGEST_SEND_TIMEOUT,
              "how long a batch waits for its acknowledgements before the broker counts as stalled")
          .withDefault(KafkaTransportBuilder.DEFAULT_SEND_TIMEOUT);
  static final PluginOption<Boolean> EXACTLY_ONCE =
      PluginOption.bool(
              "exactly-once",
              "writes in transactions; with the policy 'ordered' and spools as queues no record is"
                  + " there twice")
          .withDefault(false);
  static final PluginOption<Map<String, String>> KAFKA =
      PluginOption.family(
          "kafka",
          "any setting of Kafka's producer, by its name there: kafka.security.protocol=SSL");

  /** For {@link java.util.ServiceLoader}. */
  public KafkaTransportProvider() {}

  @Override
  public String id() {
    return "kafka";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "Sends records to a Kafka topic, acknowledged by the brokers";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(TOPIC, BOOTSTRAP, INSTANCE, FORMAT, SEND_TIMEOUT, EXACTLY_ONCE, KAFKA);
  }

  @Override
  public PluginOption<?> argument() {
    return TOPIC;
  }

  @Override
  public Transport create(PluginConfig config) {
    try {
      var builder =
          KafkaTransport.builder(config.get(BOOTSTRAP), config.get(TOPIC))
              .format(config.get(FORMAT))
              .sendTimeout(config.get(SEND_TIMEOUT))
              .exactlyOnce(config.get(EXACTLY_ONCE))
              .clientSettings(config.get(KAFKA));
      String instance = config.find(INSTANCE);
      if (instance != null) {
        builder.instance(instance);
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new PluginConfigException(String.valueOf(e.getMessage()), e);
    }
  }
}
