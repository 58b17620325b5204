// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Prints to the logger {@code kauditd}, at most ten records in five seconds, and as many lines
 * about losses.
 */
final class Slf4jPrintk implements Printk {
  private static final String EXPLANATION =
      "records that cannot be delivered now are printed too, as the kernel does it, at most ten in"
          + " five seconds; they may still be delivered, and losses are counted separately";

  private final boolean printsRecords;
  private final String prefix;
  private final LineLimit records = new LineLimit(System::nanoTime);
  private final LineLimit losses = new LineLimit(System::nanoTime);
  private final AtomicBoolean explained = new AtomicBoolean();

  /**
   * Prints lines, and records if they are wanted.
   *
   * @param prefix begins what it says by itself
   */
  Slf4jPrintk(boolean printsRecords, String prefix) {
    this.printsRecords = printsRecords;
    this.prefix = prefix;
  }

  @Override
  public boolean ratelimit() {
    return printsRecords && mayPrint(records, "records");
  }

  @Override
  public boolean ratelimitLosses() {
    return mayPrint(losses, "lines about losses");
  }

  private boolean mayPrint(LineLimit limit, String what) {
    long before = limit.next();
    if (before > 0) {
      EngineLog.warn("{}{} {} were not printed, of late", prefix, before, what);
    }
    return before >= 0;
  }

  @Override
  public void warn(String line) {
    EngineLog.warn("{}", line);
  }

  @Override
  public void err(String line) {
    EngineLog.error("{}", line);
  }

  @Override
  public void record(AuditRecord record) {
    // Whoever reads a log does not know why records stand among its lines.
    if (!explained.get() && explained.compareAndSet(false, true)) {
      EngineLog.info(EXPLANATION);
    }
    // As the kernel prints it: the number of the type and the text with its stamp, on one line.
    EngineLog.info("{}", PrintedRecord.of(record));
  }
}
