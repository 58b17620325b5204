// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.EventLog;

/** An event: a time and a serial that were taken once. */
record StampedEvent(AuditLog to, long timeMs, long serial) implements EventLog {
  @Override
  public boolean log(int type, String text) {
    return to.log(AuditRecord.of(type, timeMs, serial, text));
  }
}
