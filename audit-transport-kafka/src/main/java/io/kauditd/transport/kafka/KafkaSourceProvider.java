// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import java.util.List;
import java.util.Map;

/**
 * Provides the source {@code kafka}.
 *
 * @since 0.1.0
 */
public final class KafkaSourceProvider implements RecordSourceProvider {
  static final PluginOption<String> TOPIC =
      PluginOption.string("topic", "the topic to read").asRequired();
  static final PluginOption<String> BOOTSTRAP =
      PluginOption.string("bootstrap", "HOST:PORT of one or more brokers, separated by commas")
          .asRequired();
  static final PluginOption<String> GROUP =
      PluginOption.string("group", "the consumer group; those of one group share the partitions")
          .withDefault("kauditd");
  static final PluginOption<Boolean> ADD_NODE =
      PluginOption.bool("add-node", "puts node= before a line that has none, from the header")
          .withDefault(true);
  static final PluginOption<Boolean> GAPS =
      PluginOption.bool(
              "gaps",
              "reports missing record numbers; for hosts whose policy keeps the order (ordered)")
          .withDefault(false);
  static final PluginOption<Map<String, String>> KAFKA =
      PluginOption.family(
          "kafka",
          "any setting of Kafka's consumer, by its name there: kafka.security.protocol=SSL");

  /** For {@link java.util.ServiceLoader}. */
  public KafkaSourceProvider() {}

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
    return "Audit lines of a Kafka topic, committed as far as they were delivered";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(TOPIC, BOOTSTRAP, GROUP, ADD_NODE, GAPS, KAFKA);
  }

  @Override
  public PluginOption<?> argument() {
    return TOPIC;
  }

  @Override
  public RecordSource create(PluginConfig config) {
    try {
      var client = new ClientSettings(Bootstrap.checked(config.get(BOOTSTRAP)), config.get(KAFKA));
      client.checkConsumer();
      return new KafkaSource(
          new ReadSettings(
              client,
              KafkaTransportBuilder.checkedTopic(config.get(TOPIC)),
              config.get(GROUP),
              config.get(ADD_NODE),
              config.get(GAPS)));
    } catch (IllegalArgumentException e) {
      throw new PluginConfigException(String.valueOf(e.getMessage()), e);
    }
  }
}
