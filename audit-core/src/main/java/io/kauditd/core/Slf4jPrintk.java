// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;

/**
 * Prints to the logger {@code kauditd}, at most ten records in five seconds, and as many lines
 * about losses.
 */
final class Slf4jPrintk implements Printk {
  private final boolean printsRecords;
  private final LineLimit records = new LineLimit(System::nanoTime);
  private final LineLimit losses = new LineLimit(System::nanoTime);

  /** Prints lines, and records if they are wanted. */
  Slf4jPrintk(boolean printsRecords) {
    this.printsRecords = printsRecords;
  }

  @Override
  public boolean ratelimit() {
    return printsRecords && mayPrint(records, "records");
  }

  @Override
  public boolean ratelimitLosses() {
    return mayPrint(losses, "lines about losses");
  }

  private static boolean mayPrint(LineLimit limit, String what) {
    long before = limit.next();
    if (before > 0) {
      EngineLog.warn("{} {} were not printed, of late", before, what);
    }
    return before >= 0;
  }

  @Override
  public void warn(String line) {
    EngineLog.warn(line);
  }

  @Override
  public void err(String line) {
    EngineLog.error(line);
  }

  @Override
  public void record(AuditRecord record) {
    // As the kernel prints it: the number of the type and the text with its stamp, on one line.
    EngineLog.info("{}", PrintedRecord.of(record));
  }
}
