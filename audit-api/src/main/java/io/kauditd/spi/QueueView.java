// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditSettings;

/**
 * What an error policy may know of the queues. Valid during the call it is given to, on that
 * thread.
 *
 * @since 0.1.0
 */
public interface QueueView {
  /**
   * The records in a queue, 0 or more. Those in flight do not count: the one that is asked about,
   * and those behind it that the transport has pulled already. So the queue that is walked can seem
   * to have room that they will take again.
   */
  int size(QueueRole role);

  /** Whether a queue has room by the backlog limit; always, if that is 0. */
  default boolean hasRoom(QueueRole role) {
    int limit = settings().backlogLimit();
    return limit == 0 || size(role) < limit;
  }

  /** The settings in force. */
  AuditSettings settings();
}
