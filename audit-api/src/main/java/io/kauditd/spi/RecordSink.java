// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import java.util.stream.Stream;

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

  /**
   * The position behind the last record that was accepted so far, of this source or of others. A
   * source that asks on the thread on which it called {@link #accept} knows that all it handed over
   * before stands at or below it. Positions only grow; what they count is the engine's to know.
   *
   * <p><b>Thread</b>: any. <b>Blocking</b>: never; cheap enough for each batch of records.
   *
   * @return {@link Long#MAX_VALUE}, which is never settled, from a sink that knows nothing of what
   *     becomes of records: a source then forgets nothing too early
   */
  default long accepted() {
    return Long.MAX_VALUE;
  }

  /**
   * How far records are settled: each at or below this position was delivered, dropped and counted,
   * or lies in a queue that survives the program, a killed one too. A source that remembers how far
   * it is, to go on there in the next run, remembers no more than this.
   *
   * <p><b>Thread</b>: any. <b>Blocking</b>: never. It may be asked after {@link RecordSource#run}
   * has returned, in {@link RecordSource#finish}.
   */
  default long settled() {
    return 0;
  }

  /**
   * The records that the daemon is known to hold from earlier runs, the youngest first, read as
   * they are asked for. A source that goes on after a killed run looks here for what was delivered
   * after it had last remembered how far it was. Empty if nobody can tell.
   *
   * <p><b>Thread</b>: any. <b>Blocking</b>: for the disk. <b>Errors</b>: an {@link
   * java.io.UncheckedIOException} out of the stream.
   *
   * @return to be closed by the caller
   */
  default Stream<AuditRecord> deliveredBefore() {
    return Stream.empty();
  }

  /**
   * Something the source did with what it read that is no problem, and that an operator wants to
   * see: a syslog header was removed, a line that is no record became one. The tool counts each by
   * its words, and says the counts at the end.
   *
   * <p><b>Blocking</b>: never.
   *
   * @param what in a few words, always the same ones for the same thing: {@code syslog headers
   *     removed}
   */
  default void note(String what) {}
}
