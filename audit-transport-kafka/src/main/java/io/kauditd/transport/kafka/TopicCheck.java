// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.SendError;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers for a topic: whether it can be used, and why not. Names have to be looked up,
 * and brokers may not answer: each call takes seconds then. Immutable, for any thread.
 */
final class TopicCheck {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ID_TIMEOUT = Duration.ofSeconds(1);

  private final ClientSettings settings;
  private final KafkaFailure.Place place;

  TopicCheck(ClientSettings settings, KafkaFailure.Place place) {
    this.settings = settings;
    this.place = place;
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

  /**
   * What the brokers say of the topic.
   *
   * @param id null if the topic is not there, or nobody answers
   * @param failure why it cannot be used; null if it can
   */
  record Answer(@Nullable Uuid id, @Nullable KafkaFailure failure) {}

  /** Asks whether the topic can be written. */
  Answer askToWrite() {
    return ask(AclOperation.WRITE);
  }

  /**
   * Why a producer cannot write any more: the topic is another one than when it began, by the same
   * name. Kafka's client offers what belongs to the first one again and again then. Otherwise, why
   * the topic cannot be written; null if it can.
   */
  @Nullable KafkaFailure failureSince(@Nullable Uuid begun) {
    Answer now = askToWrite();
    return begun == null || now.id == null || begun.equals(now.id)
        ? now.failure
        : new KafkaFailure(
            SendError.EIO, "topic '" + place.topic() + "' was deleted and made again");
  }

  /** Why the topic cannot be read; null if it can. */
  @Nullable KafkaFailure readFailure() {
    return ask(AclOperation.READ).failure;
  }

  private Answer ask(AclOperation wanted) {
    KafkaFailure unreached = reachFailure();
    if (unreached != null) {
      return new Answer(null, unreached);
    }
    try (Admin admin = Admin.create(settings.admin(TIMEOUT))) {
      TopicDescription topic =
          admin
              .describeTopics(
                  List.of(place.topic()),
                  new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .allTopicNames()
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .get(place.topic());
      if (topic == null) {
        return new Answer(null, KafkaFailure.missing(place));
      }
      Set<AclOperation> allowed = topic.authorizedOperations();
      KafkaFailure failure =
          allowed == null || allowed.contains(wanted) ? leaderFailure(topic) : notAllowed(wanted);
      return new Answer(topic.topicId(), failure);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      KafkaFailure failure = KafkaFailure.of(e, place);
      KafkaFailure unreachedLeader = failure.isSilence() ? silentLeaderFailure() : null;
      return new Answer(null, unreachedLeader == null ? failure : unreachedLeader);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(null, new KafkaFailure(SendError.EIO, "closed meanwhile"));
    }
  }

  private KafkaFailure notAllowed(AclOperation wanted) {
    return new KafkaFailure(
        SendError.EPERM,
        place.bootstrap()
            + ": not allowed to "
            + (wanted == AclOperation.WRITE ? "write to" : "read from")
            + " topic '"
            + place.topic()
            + "'; ask for access to it");
  }

  /**
   * As {@link #leaderFailure}, if not even the topic can be asked for: an {@code Admin} talks with
   * the brokers by the names that they have given themselves, once it knows them. A consumer asks
   * the broker that it was told of.
   */
  private @Nullable KafkaFailure silentLeaderFailure() {
    try (var consumer = new KafkaConsumer<byte[], byte[]>(settings.consumer("kauditd"))) {
      return leaderFailure(
          consumer.partitionsFor(place.topic(), TIMEOUT).stream()
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
      String why = Bootstrap.whyNotReached(leader);
      if (why == null) {
        return null;
      }
      failure = "topic '" + place.topic() + "' is at " + leader + ", but " + why;
    }
    return new KafkaFailure(SendError.EAGAIN, place.bootstrap() + " answers: " + failure);
  }

  /** Why none of the brokers takes a connection; null if one does. */
  @Nullable KafkaFailure reachFailure() {
    String why = Bootstrap.whyNoneIsReached(place.bootstrap());
    return why == null ? null : new KafkaFailure(SendError.ECONNREFUSED, why);
  }
}
