// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import io.kauditd.api.AuditRecord;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The form of a record in a message. Not for several threads at once. */
public interface MessageFormat {
  /**
   * Writes a record's message.
   *
   * @return the message, good until the next call; null if it is longer than it may be
   */
  @Nullable ByteBuffer format(AuditRecord record);

  /** The longest message there is. */
  int maxBytes();

  /** A connection is about to be opened: what is known of this host may be read again. */
  default void opens() {}

  /** Whether such a record is sent; one that is not counts as delivered with those before it. */
  default boolean isSent(AuditRecord record) {
    return true;
  }
}
