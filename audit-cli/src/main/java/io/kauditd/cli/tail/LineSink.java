// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.tail;

import io.kauditd.api.AuditRecord;
import io.kauditd.cli.command.Problems;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes each record as a line. One thread, except for the counts. */
final class LineSink implements RecordSink, AutoCloseable {
  /** How a record is written. */
  @FunctionalInterface
  interface Format {
    /** Writes the line of a record, with its end; whether it was taken. */
    boolean write(AuditRecord record, LineOutput output);
  }

  private final LineOutput output;
  private final Format format;
  private final Predicate<AuditRecord> wanted;
  private final long enough;
  private final Problems problems;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong serials = new AtomicLong();
  private Runnable whenEnough = () -> {};

  /**
   * A sink.
   *
   * @param enough after this many records it asks for no more; 0 for never
   */
  LineSink(
      LineOutput output,
      Format format,
      Predicate<AuditRecord> wanted,
      long enough,
      Problems problems) {
    this.output = output;
    this.format = format;
    this.wanted = wanted;
    this.enough = enough;
    this.problems = problems;
  }

  /** What to do when there are enough records, or nobody takes them. */
  void onEnough(Runnable action) {
    whenEnough = action;
    output.onFailure(action);
  }

  @Override
  public boolean accept(AuditRecord record) {
    if (!wanted.test(record)) {
      return true;
    }
    if (enough > 0 && received.get() >= enough) {
      return false;
    }
    boolean taken = format.write(record, output);
    if (taken) {
      received.incrementAndGet();
    }
    if (!taken || received.get() == enough) {
      whenEnough.run();
    }
    return taken;
  }

  @Override
  public boolean acceptNow(AuditRecord record) {
    return accept(record);
  }

  @Override
  public long nextSerial() {
    return serials.incrementAndGet();
  }

  @Override
  public void problem(String problem) {
    problems.add(problem);
  }

  @Override
  public void note(String what) {
    problems.note(what);
  }

  long received() {
    return received.get();
  }

  long problems() {
    return problems.count();
  }

  /** Why nothing can be written any more, or null. */
  @Nullable IOException failure() {
    return output.failure();
  }

  @Override
  public void close() {
    output.close();
  }
}
