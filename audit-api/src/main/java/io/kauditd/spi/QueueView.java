// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditSettings;

/**
 * What an error policy may know of the queues. Valid during the call it is given to.
 *
 * @since 0.1.0
 */
public interface QueueView {
  /** The records in a queue, without the one that is asked about. */
  int size(QueueRole role);

  /** Whether a queue has room by the backlog limit. */
  default boolean hasRoom(QueueRole role) {
    int limit = settings().backlogLimit();
    return limit == 0 || size(role) < limit;
  }

  /** The settings in force. */
  AuditSettings settings();
}
