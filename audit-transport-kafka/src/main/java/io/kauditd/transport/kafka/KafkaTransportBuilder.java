// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link KafkaTransport}; {@link KafkaTransport#builder} makes one.
 *
 * @since 0.1.0
 */
public final class KafkaTransportBuilder {
  static final Duration DEFAULT_SEND_TIMEOUT = Duration.ofSeconds(1);
  static final Duration SHORTEST_SEND_TIMEOUT = Duration.ofMillis(10);
  static final Duration LONGEST_SEND_TIMEOUT = Duration.ofMinutes(1);

  /** What Kafka takes as the name of a topic. */
  static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

  private static final int MAX_INSTANCE_LENGTH = 200;

  final String topic;
  private final String bootstrap;
  ClientSettings client;
  ValueFormat format = ValueFormat.LINE;
  Duration sendTimeout = DEFAULT_SEND_TIMEOUT;
  @Nullable String instance;
  boolean exactlyOnce;

  KafkaTransportBuilder(String bootstrap, String topic) {
    this.bootstrap = Bootstrap.checked(Objects.requireNonNull(bootstrap, "bootstrap"));
    this.topic = checkedTopic(Objects.requireNonNull(topic, "topic"));
    this.client = new ClientSettings(bootstrap, Map.of());
  }

  static String checkedTopic(String topic) {
    if (!TOPIC.matcher(topic).matches()) {
      throw new IllegalArgumentException(
          "'"
              + topic
              + "' cannot be the name of a topic: it takes up to 249 letters, digits, dots, hyphens"
              + " and underscores");
    }
    return topic;
  }

  /**
   * The name of the sender, which is the key of all its records, so that they are in one partition,
   * in order; the host name if not set. Two programs that send at the same time need different
   * names.
   *
   * @throws IllegalArgumentException if it is empty, longer than 200 characters or has control
   *     characters
   */
  public KafkaTransportBuilder instance(String name) {
    if (name.isBlank()
        || name.length() > MAX_INSTANCE_LENGTH
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "instance '" + name + "' is empty, too long or has control characters");
    }
    this.instance = name;
    return this;
  }

  /** The format of the values; {@link ValueFormat#LINE} if not set. */
  public KafkaTransportBuilder format(ValueFormat newFormat) {
    this.format = Objects.requireNonNull(newFormat, "format");
    return this;
  }

  /**
   * Maximum time that a batch waits for its acknowledgements, from 10 ms to a minute; a second if
   * not set. After it, the engine is told that the broker takes nothing just now.
   *
   * @throws IllegalArgumentException if it is shorter or longer
   */
  public KafkaTransportBuilder sendTimeout(Duration longest) {
    if (longest.compareTo(SHORTEST_SEND_TIMEOUT) < 0
        || longest.compareTo(LONGEST_SEND_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "send timeout is " + Durations.inWords(longest) + "; it must be between 10 ms and 1 min");
    }
    this.sendTimeout = longest;
    return this;
  }

  /**
   * Whether each batch is written in a transaction, together with the number of its last record.
   * Consumers that read only what was committed then never see a record twice, whatever fails. This
   * needs a policy that keeps the order, and queues that survive the program.
   */
  public KafkaTransportBuilder exactlyOnce(boolean on) {
    this.exactlyOnce = on;
    return this;
  }

  /**
   * Settings of Kafka's client, by Kafka's names: {@code security.protocol}, {@code
   * sasl.jaas.config}, {@code compression.type} and so on.
   *
   * @throws IllegalArgumentException if one is unknown, has a wrong value, or must not be changed
   *     because delivery depends on it
   */
  public KafkaTransportBuilder clientSettings(Map<String, String> settings) {
    var checked = new ClientSettings(bootstrap, settings);
    checked.checkProducer();
    this.client = checked;
    return this;
  }

  /** Makes the transport; it does not connect. */
  public KafkaTransport build() {
    return new KafkaTransport(copy());
  }

  private KafkaTransportBuilder copy() {
    var copy = new KafkaTransportBuilder(bootstrap, topic);
    copy.client = client;
    copy.format = format;
    copy.sendTimeout = sendTimeout;
    copy.instance = instance;
    copy.exactlyOnce = exactlyOnce;
    return copy;
  }
}
