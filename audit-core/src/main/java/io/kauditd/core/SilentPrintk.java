// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** Prints nothing; its limit decides what counts as printed. */
final class SilentPrintk implements Printk {
  private final BooleanSupplier ratelimit;

  SilentPrintk(BooleanSupplier ratelimit) {
    this.ratelimit = Objects.requireNonNull(ratelimit, "ratelimit");
  }

  @Override
  public boolean ratelimit() {
    return ratelimit.getAsBoolean();
  }

  @Override
  public void warn(String line) {}

  @Override
  public void err(String line) {}

  @Override
  public void record(AuditRecord record) {}
}
