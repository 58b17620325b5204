// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints through SLF4J, to the logger {@code kauditd}, at most ten lines in five seconds. */
final class Slf4jPrintk implements Printk {
  /** The kernel's DEFAULT_RATELIMIT_INTERVAL and DEFAULT_RATELIMIT_BURST. */
  private static final long INTERVAL_NS = 5_000_000_000L;

  private static final int BURST = 10;
  private static final Logger LOG = LoggerFactory.getLogger("kauditd");

  private final EngineClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private long beginNs;
  private int printed;
  private long suppressed;

  Slf4jPrintk(EngineClock clock) {
    this.clock = clock;
    this.beginNs = clock.nanoTime();
  }

  @Override
  public boolean ratelimit() {
    long report;
    lock.lock();
    try {
      long now = clock.nanoTime();
      report = 0;
      if (now - beginNs >= INTERVAL_NS) {
        beginNs = now;
        printed = 0;
        report = suppressed;
        suppressed = 0;
      }
      if (printed >= BURST) {
        suppressed++;
        return false;
      }
      printed++;
    } finally {
      lock.unlock();
    }
    if (report > 0) {
      LOG.warn("{} callbacks suppressed", report);
    }
    return true;
  }

  @Override
  public void warn(String line) {
    LOG.warn(line);
  }

  @Override
  public void err(String line) {
    LOG.error(line);
  }

  @Override
  public void record(AuditRecord record) {
    // As the kernel prints it: the number of the type and the text with its stamp, on one line.
    LOG.info("{}", PrintedRecord.of(record));
  }
}
