// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records that a transport may send with one call, pulled one by one. Pulling is what makes a
 * batch mean the same as its records one by one: the engine sees how far a transport has come, and
 * does between two records what other threads have asked for.
 *
 * <p>Valid only during the call of {@link Transport#send} that it was given to, on that thread.
 *
 * @since 0.1.0
 */
public interface RecordBatch {
  /**
   * The next record, or null if there is none at present. A transport stops pulling when it has as
   * many as it can send with one system call.
   */
  @Nullable AuditRecord next();

  /** The daemon to send to: the peer that connected, as it was when the pass began. */
  long peer();
}
