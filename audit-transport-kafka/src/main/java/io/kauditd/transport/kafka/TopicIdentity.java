// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Tells the topic that a source reads from another one of the same name, which was made when the
 * first had been deleted. Offsets of one mean nothing in the other. So each offset is committed
 * with the id of its topic. For one thread.
 */
final class TopicIdentity {
  private final TopicCheck topic;
  private @Nullable Uuid read;
  private String mark = "";

  TopicIdentity(TopicCheck topic) {
    this.topic = topic;
  }

  /** What is written beside a committed offset. */
  String mark() {
    return mark;
  }

  /** Whether a committed offset is of another topic. One without a mark is of this one. */
  boolean isOfAnother(@Nullable String committed) {
    return read != null && committed != null && !committed.isEmpty() && !committed.equals(mark);
  }

  /**
   * Asks which topic is there now, and reads that one from now on. <b>Blocking</b>: a second.
   *
   * @return whether it is another than before; false if that cannot be found out now
   */
  boolean changes() {
    Uuid now = topic.topicId();
    if (now == null || now.equals(Uuid.ZERO_UUID) || now.equals(read)) {
      return false;
    }
    boolean isAnother = read != null;
    read = now;
    mark = now.toString();
    return isAnother;
  }

  /** Whether the topic is not there any more, for sure. <b>Blocking</b>: a second. */
  boolean isGone() {
    return Uuid.ZERO_UUID.equals(topic.topicId());
  }
}
