// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;

/**
 * Where a source puts what it reads.
 *
 * @since 0.1.0
 */
public interface RecordSink {
  /**
   * Takes a record. May block as long as the engine's settings let a producer wait.
   *
   * @return whether it was accepted; if not, it is counted as lost
   */
  boolean accept(AuditRecord record);

  /**
   * Takes a record that must not wait for room, from a source that the kernel would stall behind.
   */
  boolean acceptNow(AuditRecord record);

  /** The next serial, for a record that brings none. */
  long nextSerial();

  /**
   * Something the source read is not as it should be, and what became of it: a line that is too
   * long, bytes that are no record, records that the source knows it has missed.
   *
   * @param problem in one sentence that says where: {@code line 12: …}
   */
  void problem(String problem);
}
