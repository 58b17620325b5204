// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of Kafka's clients: those that this module needs, and those that the user has set.
 * Immutable.
 */
final class ClientSettings {
  /** A batch for the broker: some 400 records, a tenth of what is under way at most. */
  private static final int BATCH_BYTES = 128 << 10;

  /**
   * The size of the client's buffer. The engine's batches are limited, so it never becomes full.
   */
  private static final long BUFFER_BYTES = 64L << 20;

  private static final int FIRST_RECONNECT_MS = 50;
  private static final int LONGEST_RECONNECT_MS = 1_000;
  private static final int ADMIN_REQUEST_MS = 2_000;
  private static final String EARLIEST = "earliest";

  /** A source waits for room in the queues; it is not thought dead for that. */
  private static final int LONGEST_HAND_OVER_MS = 3_600_000;

  /** What delivery rests on, and what has an option of its own. */
  private static final Map<String, String> OWN =
      Map.of(
          ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "it is the option 'bootstrap'",
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "keys are bytes",
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, "values are bytes",
          ProducerConfig.ACKS_CONFIG, "a record is delivered when all replicas in sync have it",
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "it is always on",
          ProducerConfig.TRANSACTIONAL_ID_CONFIG, "it is made of 'instance' and the topic",
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "records are tried until the engine gives up",
          ProducerConfig.RETRIES_CONFIG, "records are tried until the engine gives up",
          ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, "an instance has one partition",
          ProducerConfig.MAX_BLOCK_MS_CONFIG, "it is the option 'send-timeout'");

  private static final Map<String, String> OWN_OF_SOURCE =
      Map.of(
          ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "it is the option 'bootstrap'",
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, "keys are bytes",
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, "values are bytes",
          ConsumerConfig.GROUP_ID_CONFIG, "it is the option 'group'",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
              "offsets are committed as far as records were delivered",
          ConsumerConfig.ISOLATION_LEVEL_CONFIG, "what was not committed is not read");

  private final String bootstrap;
  private final Map<String, String> users;

  ClientSettings(String bootstrap, Map<String, String> users) {
    this.bootstrap = bootstrap;
    this.users = new TreeMap<>(users);
  }

  /**
   * Checks what the user has set for a producer, without connecting to anything.
   *
   * @throws IllegalArgumentException naming the setting
   */
  void checkProducer() {
    check(OWN, ProducerConfig.configNames());
    var all = valid(() -> new ProducerConfig(producer(Duration.ofSeconds(1), null)));
    long buffer = all.getLong(ProducerConfig.BUFFER_MEMORY_CONFIG);
    int batch = all.getInt(ProducerConfig.BATCH_SIZE_CONFIG);
    if (buffer < batch) {
      throw tooLittle(
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          buffer,
          "at least as much as",
          ProducerConfig.BATCH_SIZE_CONFIG,
          batch);
    }
  }

  /** As {@link #checkProducer}, for a consumer. */
  void checkConsumer() {
    check(OWN_OF_SOURCE, ConsumerConfig.configNames());
    var all = valid(() -> new ConsumerConfig(consumer("check")));
    int session = all.getInt(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
    int heartbeat = all.getInt(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);
    if (session <= heartbeat) {
      throw tooLittle(
          ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
          session,
          "more than",
          ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
          heartbeat);
    }
  }

  /** Two settings that do not fit, which the client would say much later, by an exception. */
  private IllegalArgumentException tooLittle(
      String name, long value, String than, String other, long otherValue) {
    return new IllegalArgumentException(
        "%s is %d, and must be %s %s, which is %d%s; correct one of them"
            .formatted(
                option(name),
                value,
                than,
                option(other),
                otherValue,
                users.containsKey(other) ? "" : " if it is not set"));
  }

  private static String option(String setting) {
    return "option 'kafka." + setting + "'";
  }

  private static <C> C valid(Supplier<C> check) {
    try {
      return check.get();
    } catch (ConfigException e) {
      throw new IllegalArgumentException("Kafka's client does not take it: " + e.getMessage(), e);
    }
  }

  private void check(Map<String, String> own, Set<String> known) {
    for (String name : users.keySet()) {
      String reason = own.get(name);
      if (reason != null) {
        throw new IllegalArgumentException(
            option(name) + " cannot be set: " + reason + "; leave it out");
      }
      if (!known.contains(name) && !AdminClientConfig.configNames().contains(name)) {
        throw new IllegalArgumentException(
            option(name) + " is no setting of Kafka's client; correct the name");
      }
    }
  }

  String bootstrap() {
    return bootstrap;
  }

  /** A topic, at each of the brokers that are named. */
  Set<URI> endpoints(String topic) {
    var endpoints = new HashSet<URI>();
    for (String broker : bootstrap.split(",", -1)) {
      try {
        endpoints.add(new URI("kafka://" + broker.strip() + "/" + topic));
      } catch (URISyntaxException e) {
        // the client says what is wrong with it
      }
    }
    return Set.copyOf(endpoints);
  }

  /**
   * The settings of a producer.
   *
   * @param transactionalId null for one without transactions
   */
  Map<String, Object> producer(Duration longestCall, @Nullable String transactionalId) {
    var all = shared(ProducerConfig.configNames());
    all.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    all.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    all.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0); // the engine's batch is all there is
    all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.max(1, longestCall.toMillis()));
    if (transactionalId != null) {
      all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    }
    return all;
  }

  /** The settings of the client that asks whether the topic is there, and for offsets. */
  Map<String, Object> admin(Duration longestCall) {
    var all = shared(AdminClientConfig.configNames());
    int longest = (int) Math.max(1, longestCall.toMillis());
    all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, longest);
    all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(longest, ADMIN_REQUEST_MS));
    return all;
  }

  /** Whether the user has not said otherwise: a trail has a beginning. */
  boolean isReadFromTheBeginning() {
    return users
        .getOrDefault(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, EARLIEST)
        .equalsIgnoreCase(EARLIEST);
  }

  /** The settings of a consumer. */
  Map<String, Object> consumer(String group) {
    var all = shared(ConsumerConfig.configNames());
    if (isReadFromTheBeginning()) {
      all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // the source says what is missing
    }
    all.putIfAbsent(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    all.putIfAbsent(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, LONGEST_HAND_OVER_MS);
    all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    all.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    all.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return all;
  }

  /** What all clients have in common; a client is not given settings that it does not know. */
  private Map<String, Object> shared(Set<String> known) {
    var all = new HashMap<String, Object>();
    all.put("reconnect.backoff.ms", FIRST_RECONNECT_MS);
    all.put("reconnect.backoff.max.ms", LONGEST_RECONNECT_MS);
    all.put("enable.metrics.push", false);
    all.put("metric.reporters", "");
    users.forEach((name, value) -> {
      if (known.contains(name)) {
        all.put(name, value);
      }
    });
    all.put("bootstrap.servers", bootstrap);
    return all;
  }
}
