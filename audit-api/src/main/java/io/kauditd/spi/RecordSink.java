// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;

/**
 * Where a source puts what it reads.
 *
 * <p><b>Threads</b>: any, several at once, while {@link RecordSource#run} runs; a source with
 * several clients may have a thread for each. <b>Errors</b>: nothing is thrown because a record
 * could not be taken.
 *
 * @since 0.1.0
 */
public interface RecordSink {
  /**
   * Takes a record.
   *
   * <p><b>Blocking</b>: as long as the engine's settings let a producer wait for room, up to {@link
   * io.kauditd.api.AuditSettings#MAX_BACKLOG_WAIT_TIME_MS ten minutes}; {@link RecordSource#close}
   * must not wait for that, so no lock is held that it needs.
   *
   * @return whether it was accepted; if not, it is counted as lost
   */
  boolean accept(AuditRecord record);

  /**
   * Takes a record that must not wait for room, from a source that the kernel would stall behind.
   *
   * <p><b>Blocking</b>: never for room.
   *
   * @return whether it was accepted; if not, it is counted as lost
   */
  boolean acceptNow(AuditRecord record);

  /** The next serial, for a record that brings none; no two calls get the same. */
  long nextSerial();

  /**
   * Something the source read is not as it should be, and what became of it: a line that is too
   * long, bytes that are no record, records that the source knows it has missed.
   *
   * <p><b>Blocking</b>: never. The tool prints the first of them, counts all, and ends with 1.
   *
   * @param problem in one sentence that says where: {@code line 12: …}
   */
  void problem(String problem);
}
