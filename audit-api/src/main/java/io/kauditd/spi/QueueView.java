// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditSettings;

/**
 * A view of the queues for an error policy. Valid only during the call and on its thread.
 *
 * @since 0.1.0
 */
public interface QueueView {
  /**
   * The number of records in a queue, 0 or more. The record in question is in flight and is not
   * counted. So its own queue can show room for one record that the record itself will need if it
   * stays.
   */
  int size(QueueRole role);

  /**
   * Whether a queue has room within the backlog limit. Always true if the limit is 0, or if the
   * queue {@linkplain AuditQueue#boundsItself has its own bound}. Such a queue may still refuse a
   * record; {@link Routing#orKeepPlace} decides what happens then.
   */
  default boolean hasRoom(QueueRole role) {
    int limit = settings().backlogLimit();
    return limit == 0 || size(role) < limit;
  }

  /** The settings in force. */
  AuditSettings settings();
}
