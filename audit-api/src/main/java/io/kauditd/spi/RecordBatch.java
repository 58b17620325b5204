// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records that a transport may send with one call, pulled one by one. The engine has taken them
 * from their queue before the call, so pulling runs no other code.
 *
 * <p>A batch has at most as many records as the transport {@linkplain Transport#maxBatchRecords
 * asks for}. A transport need not pull all of them, and must not rely on the number.
 *
 * <p>Valid only during the call of {@link Transport#send} that it was given to, on that thread;
 * {@link #next} throws {@link IllegalStateException} afterwards.
 *
 * @since 0.1.0
 */
public interface RecordBatch {
  /**
   * The next record, or null if this call of {@link Transport#send} has no more; the first is never
   * null. A transport stops pulling when it has as many as it can send with one system call. Null
   * comes early when a daemon connects or disconnects, because the engine handles that between two
   * calls. <b>Blocking</b>: never.
   */
  @Nullable AuditRecord next();

  /**
   * The port id of the daemon that was connected when the walk began, 1 or more; 0 if it has none,
   * see {@link OpenResult#connected()}.
   */
  long peer();
}
