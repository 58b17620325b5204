// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import java.util.stream.Stream;

/**
 * Takes the records of a source.
 *
 * <p><b>Threads</b>: any, several at once, while {@link RecordSource#run} runs; a source may have a
 * thread for each client. <b>Errors</b>: a record that cannot be taken causes no exception.
 *
 * @since 0.1.0
 */
public interface RecordSink {
  /**
   * Takes a record.
   *
   * <p><b>Blocking</b>: as long as the engine's settings let a producer wait for room, up to {@link
   * io.kauditd.api.AuditSettings#MAX_BACKLOG_WAIT_TIME_MS ten minutes}. {@link RecordSource#close}
   * must not wait for that, so do not hold a lock that it needs.
   *
   * @return whether it was accepted; if not, it is counted as lost
   */
  boolean accept(AuditRecord record);

  /**
   * Takes a record that must not wait for room, from a source that would make the kernel wait.
   *
   * <p><b>Blocking</b>: never for room.
   *
   * @return whether it was accepted; if not, it is counted as lost
   */
  boolean acceptNow(AuditRecord record);

  /** The next serial, for a record without one; each call gets another. */
  long nextSerial();

  /**
   * Reports a problem in the input, and what the source did about it: a line that is too long,
   * bytes that are no record, records that the source knows it has missed.
   *
   * <p><b>Blocking</b>: never. The tool prints the first of them, counts all, and ends with 1.
   *
   * @param problem one sentence that says where: {@code line 12: …}
   */
  void problem(String problem);

  /**
   * The position after the last record that was accepted so far, from this source or others. If a
   * source asks on the thread on which it called {@link #accept}, all records that it handed over
   * before are at or below it. Positions only increase; they have no other meaning.
   *
   * <p><b>Thread</b>: any. <b>Blocking</b>: never; cheap enough for each batch of records.
   *
   * @return the position; {@link Long#MAX_VALUE}, which is never settled, if the sink does not know
   *     about delivery, so that a source forgets nothing too early
   */
  default long accepted() {
    return Long.MAX_VALUE;
  }

  /**
   * The position up to which records are settled: each record at or below it was delivered, was
   * dropped and counted, or is in a queue that survives the program, even if it is killed. A source
   * that saves its place for the next run must not save a later one.
   *
   * <p><b>Thread</b>: any. <b>Blocking</b>: never. It may be asked after {@link RecordSource#run}
   * has returned, in {@link RecordSource#finish}.
   */
  default long settled() {
    return 0;
  }

  /**
   * The records that the daemon is known to have from earlier runs, the youngest first, read
   * lazily. A source that continues after a killed run finds here the records that were delivered
   * after it had last saved its place. Empty if this is unknown.
   *
   * <p><b>Thread</b>: any. <b>Blocking</b>: for the disk. <b>Errors</b>: the stream throws an
   * {@link java.io.UncheckedIOException}.
   *
   * @return to be closed by the caller
   */
  default Stream<AuditRecord> deliveredBefore() {
    return Stream.empty();
  }

  /**
   * As {@link #deliveredBefore()}, of the log that records like this one go to, if the daemon keeps
   * several, such as one for each host.
   */
  default Stream<AuditRecord> deliveredBefore(AuditRecord like) {
    return deliveredBefore();
  }

  /**
   * Reports something that is no problem but that an operator wants to know: a syslog header was
   * removed, a line that is no record became one. The tool counts equal notes, and prints the
   * counts at the end.
   *
   * <p><b>Blocking</b>: never.
   *
   * @param what a few words, always the same for the same thing: {@code syslog headers removed}
   */
  default void note(String what) {}
}
