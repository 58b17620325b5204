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
   * The records in a queue, 0 or more. The one that is asked about is in flight and does not count:
   * so the queue that is walked can seem to have room that it will take again.
   */
  int size(QueueRole role);

  /**
   * Whether a queue has room by the backlog limit. Always, if that is 0, or if the queue
   * {@linkplain AuditQueue#boundsItself has a bound of its own}, which only shows when a record is
   * added: {@link Routing#orKeepPlace} says what becomes of it then.
   */
  default boolean hasRoom(QueueRole role) {
    int limit = settings().backlogLimit();
    return limit == 0 || size(role) < limit;
  }

  /** The settings in force. */
  AuditSettings settings();
}
