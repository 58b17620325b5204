// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;

/** A record as it is printed; follows kauditd_printk_skb(): {@code type=1112 audit(…): text}. */
final class PrintedRecord {
  private PrintedRecord() {}

  static String of(AuditRecord record) {
    return "type="
        + record.type()
        + " "
        + AuditLine.stamp(record.timeMs(), record.serial())
        + AuditLine.oneLine(record.text());
  }
}
