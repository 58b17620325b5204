// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;

/** A printk whose faults reach nobody: the line is missing, and the fault is named once. */
record SafePrintk(Printk printk, FaultLog faults) implements Printk {
  @Override
  public boolean ratelimit() {
    try {
      return printk.ratelimit();
    } catch (Throwable e) { // plug-in code
      faults.threw(printk, "ratelimit", e);
      return false;
    }
  }

  @Override
  public boolean ratelimitLosses() {
    try {
      return printk.ratelimitLosses();
    } catch (Throwable e) { // plug-in code
      faults.threw(printk, "ratelimitLosses", e);
      return false;
    }
  }

  @Override
  public void warn(String line) {
    try {
      printk.warn(line);
    } catch (Throwable e) { // plug-in code
      faults.threw(printk, "warn", e);
    }
  }

  @Override
  public void err(String line) {
    try {
      printk.err(line);
    } catch (Throwable e) { // plug-in code
      faults.threw(printk, "err", e);
    }
  }

  @Override
  public void record(AuditRecord record) {
    try {
      printk.record(record);
    } catch (Throwable e) { // plug-in code
      faults.threw(printk, "record", e);
    }
  }
}
