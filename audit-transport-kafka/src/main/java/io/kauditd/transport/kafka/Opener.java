// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.SendError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Connects, and finds out why that fails, on a thread of its own: names have to be looked up, and
 * Kafka's client waits for that as long as the system does.
 */
final class Opener {
  private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ID_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration TRANSACTIONS_TIMEOUT = Duration.ofSeconds(20);
  private static final int REACH_TIMEOUT_MS = 500;
  private static final int HIGHEST_PORT = 65_535;

  private final ClientSettings settings;
  private final KafkaFailure.Place place;
  private final Duration sendTimeout;
  private final @Nullable String transactionalId;
  private @Nullable ExecutorService helper;

  /** Guards the hand-over of a producer: it is taken, or closed with the opener. */
  private final Object lock = new Object();

  private @Nullable Producer<byte[], byte[]> made;
  private boolean closed;

  /**
   * The result of connecting.
   *
   * @param producer null if it failed
   * @param progress how far the topic has the instance's records; null without transactions
   */
  record Opened(
      @Nullable Producer<byte[], byte[]> producer,
      @Nullable OffsetAndMetadata progress,
      @Nullable KafkaFailure failure) {}

  Opener(
      ClientSettings settings,
      KafkaFailure.Place place,
      Duration sendTimeout,
      @Nullable String transactionalId) {
    this.settings = settings;
    this.place = place;
    this.sendTimeout = sendTimeout;
    this.transactionalId = transactionalId;
  }

  /** The thread for what may take long; started by the first who needs it. */
  ExecutorService helper() {
    ExecutorService running = helper;
    if (running == null) {
      running =
          Executors.newSingleThreadExecutor(work -> {
            var thread = new Thread(work, "kauditd-kafka");
            thread.setDaemon(true);
            return thread;
          });
      helper = running;
    }
    return running;
  }

  /** Ends the helper; what it is at is broken off, and what nobody has taken is closed. */
  void close() {
    Producer<byte[], byte[]> left;
    synchronized (lock) {
      closed = true;
      left = made;
      made = null;
    }
    if (left != null) {
      left.close(Duration.ZERO);
    }
    if (helper != null) {
      helper.shutdownNow();
    }
  }

  /** The producer of {@link #open} is the caller's now. */
  void taken() {
    synchronized (lock) {
      made = null;
    }
  }

  private Opened handedOver(
      Producer<byte[], byte[]> producer, @Nullable OffsetAndMetadata progress) {
    synchronized (lock) {
      if (!closed) {
        made = producer;
        return new Opened(producer, progress, null);
      }
    }
    return failed(producer, new KafkaFailure(SendError.EIO, "closed meanwhile"));
  }

  /** Connects. Bounded, but not by a second. */
  Opened open() {
    KafkaFailure failure = topicFailure();
    if (failure != null) {
      return new Opened(null, null, failure);
    }
    Producer<byte[], byte[]> producer = null;
    try {
      producer = new KafkaProducer<>(settings.producer(sendTimeout, transactionalId));
      OffsetAndMetadata progress = null;
      if (transactionalId != null) {
        beginTransactions(producer);
        progress = progress(transactionalId);
      } else {
        partitions(producer);
      }
      return handedOver(producer, progress);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      return failed(producer, KafkaFailure.of(e, place));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(producer, new KafkaFailure(SendError.EIO, "closed meanwhile"));
    }
  }

  private static Opened failed(@Nullable Producer<byte[], byte[]> producer, KafkaFailure failure) {
    if (producer != null) {
      producer.close(Duration.ZERO);
    }
    return new Opened(null, null, failure);
  }

  /** Ends what an earlier producer of the same id has left open, which nobody else can do then. */
  private static void beginTransactions(Producer<byte[], byte[]> producer) {
    long endNs = System.nanoTime() + TRANSACTIONS_TIMEOUT.toNanos();
    while (true) {
      try {
        producer.initTransactions();
        return;
      } catch (org.apache.kafka.common.errors.TimeoutException e) {
        if (System.nanoTime() - endNs > 0) {
          throw e;
        }
      }
    }
  }

  /** Lets the client learn where the topic is, so that the first batch does not wait for it. */
  private void partitions(Producer<byte[], byte[]> producer) {
    long endNs = System.nanoTime() + ADMIN_TIMEOUT.toNanos();
    while (true) {
      try {
        producer.partitionsFor(place.topic());
        return;
      } catch (org.apache.kafka.common.errors.TimeoutException e) {
        if (System.nanoTime() - endNs > 0) {
          throw e;
        }
      }
    }
  }

  private @Nullable OffsetAndMetadata progress(String group)
      throws ExecutionException, InterruptedException, TimeoutException {
    try (Admin admin = Admin.create(settings.admin(TRANSACTIONS_TIMEOUT))) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(
                  group, new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata()
              .get(TRANSACTIONS_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return offsets.get(Progress.partition(place.topic()));
    }
  }

  /**
   * The id of the topic that is there now, {@link Uuid#ZERO_UUID} if there is none; null if nobody
   * answers in time.
   */
  @Nullable Uuid topicId() {
    try (Admin admin = Admin.create(settings.admin(ID_TIMEOUT))) {
      TopicDescription topic =
          admin
              .describeTopics(List.of(place.topic()))
              .allTopicNames()
              .get(ID_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .get(place.topic());
      return topic == null ? Uuid.ZERO_UUID : topic.topicId();
    } catch (ExecutionException e) {
      return e.getCause() instanceof UnknownTopicOrPartitionException ? Uuid.ZERO_UUID : null;
    } catch (KafkaException | TimeoutException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** Why the topic cannot be written; null if it can. */
  @Nullable KafkaFailure topicFailure() {
    return topicFailure(AclOperation.WRITE);
  }

  /** Why the topic cannot be read; null if it can. */
  @Nullable KafkaFailure readFailure() {
    return topicFailure(AclOperation.READ);
  }

  private @Nullable KafkaFailure topicFailure(AclOperation wanted) {
    KafkaFailure unreached = reachFailure();
    if (unreached != null) {
      return unreached;
    }
    try (Admin admin = Admin.create(settings.admin(ADMIN_TIMEOUT))) {
      TopicDescription topic =
          admin
              .describeTopics(
                  List.of(place.topic()),
                  new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .allTopicNames()
              .get(ADMIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .get(place.topic());
      if (topic == null) {
        return KafkaFailure.missing(place);
      }
      Set<AclOperation> allowed = topic.authorizedOperations();
      return allowed == null || allowed.contains(wanted)
          ? leaderFailure(topic)
          : new KafkaFailure(
              SendError.EPERM,
              place.bootstrap()
                  + ": not allowed to "
                  + (wanted == AclOperation.WRITE ? "write to" : "read from")
                  + " topic '"
                  + place.topic()
                  + "'; ask for access to it");
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      KafkaFailure failure = KafkaFailure.of(e, place);
      KafkaFailure unreachedLeader = failure.isSilence() ? silentLeaderFailure() : null;
      return unreachedLeader == null ? failure : unreachedLeader;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new KafkaFailure(SendError.EIO, "closed meanwhile");
    }
  }

  /**
   * As {@link #leaderFailure}, if not even the topic can be asked for: an {@code Admin} talks with
   * the brokers by the names that they have given themselves, once it knows them. A consumer asks
   * the broker that it was told of.
   */
  private @Nullable KafkaFailure silentLeaderFailure() {
    try (var consumer = new KafkaConsumer<byte[], byte[]>(settings.consumer("kauditd"))) {
      return leaderFailure(
          consumer.partitionsFor(place.topic(), ADMIN_TIMEOUT).stream()
              .map(PartitionInfo::leader)
              .toList());
    } catch (KafkaException e) {
      return null;
    }
  }

  private @Nullable KafkaFailure leaderFailure(TopicDescription topic) {
    return leaderFailure(topic.partitions().stream().map(TopicPartitionInfo::leader).toList());
  }

  /**
   * Why no partition of the topic can be reached; null if one can. A broker that answers sends its
   * clients on to those that lead the partitions, by the names that these have given themselves.
   */
  private @Nullable KafkaFailure leaderFailure(List<Node> ofPartitions) {
    String failure = "no broker leads topic '" + place.topic() + "' just now";
    var leaders = new LinkedHashSet<String>();
    for (Node leader : ofPartitions) {
      if (leader != null && !leader.isEmpty()) {
        leaders.add(leader.host() + ":" + leader.port());
      }
    }
    for (String leader : leaders) {
      String why = whyNotReached(leader);
      if (why == null) {
        return null;
      }
      failure = "topic '" + place.topic() + "' is at " + leader + ", but " + why;
    }
    return new KafkaFailure(SendError.EAGAIN, place.bootstrap() + " answers: " + failure);
  }

  /** Why none of the brokers takes a connection; null if one does. */
  @Nullable KafkaFailure reachFailure() {
    String failures = "";
    for (String server : settings.bootstrap().split(",", -1)) {
      String why = whyNotReached(server.strip());
      if (why == null) {
        return null;
      }
      failures += (failures.isEmpty() ? "" : "; ") + why;
    }
    return new KafkaFailure(SendError.ECONNREFUSED, failures);
  }

  /** Looks the name up, and tries each of its addresses, as Kafka's client does. */
  private static @Nullable String whyNotReached(String server) {
    int colon = server.lastIndexOf(':');
    String host = server.substring(0, colon);
    int port = Integer.parseInt(server.substring(colon + 1));
    String failure = "";
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        try (var socket = new Socket()) {
          socket.connect(new InetSocketAddress(address, port), REACH_TIMEOUT_MS);
          return null;
        } catch (IOException e) {
          failure = server + ": " + KafkaFailure.words(e);
        }
      }
    } catch (UnknownHostException e) {
      return "there is no host " + host;
    }
    return failure;
  }

  /**
   * Checks a list of {@code HOST:PORT}, without looking anything up.
   *
   * @throws IllegalArgumentException naming the part that is wrong
   */
  static String checkedBootstrap(String servers) {
    for (String each : servers.split(",", -1)) {
      String server = each.strip();
      int colon = server.lastIndexOf(':');
      String port = server.substring(colon + 1);
      if (colon < 1 || !port.matches("[0-9]{1,5}") || !isPort(Integer.parseInt(port))) {
        throw new IllegalArgumentException(
            "'" + server + "' is no HOST:PORT; several are separated by commas");
      }
    }
    return servers;
  }

  private static boolean isPort(int port) {
    return port > 0 && port <= HIGHEST_PORT;
  }
}
