// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;

/**
 * A printk whose faults reach nobody: the line is missing, and the fault is named once.
 *
 * @param prefix begins each line about losses; empty, or the name of the log and a colon
 */
record SafePrintk(Printk printk, String prefix, ForeignCode foreign) implements Printk {
  @Override
  public boolean ratelimit() {
    return foreign.asks(printk, "ratelimit", printk::ratelimit, false);
  }

  @Override
  public boolean ratelimitLosses() {
    return foreign.asks(printk, "ratelimitLosses", printk::ratelimitLosses, false);
  }

  @Override
  public void warn(String line) {
    foreign.call(printk, "warn", () -> printk.warn(prefix + line));
  }

  @Override
  public void err(String line) {
    foreign.call(printk, "err", () -> printk.err(prefix + line));
  }

  @Override
  public void record(AuditRecord record) {
    foreign.call(printk, "record", () -> printk.record(record));
  }
}
