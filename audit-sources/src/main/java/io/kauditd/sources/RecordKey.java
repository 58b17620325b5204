// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;

/**
 * Names a record by a hash of its line, so that it is known again in the log that it was delivered
 * to. A record that was given its time and serial here would have others if it were read again: it
 * is named by its type and text. Not for several threads at once.
 */
final class RecordKey {
  private static final String WHOLE = "line:";
  private static final String TEXT = "text:";

  private final AuditLineEncoder encoder = new AuditLineEncoder();
  private final byte[] line = new byte[AuditLineEncoder.MAX_LINE_BYTES];

  /** The name of a record that brought its own time and serial. */
  String ofLine(AuditRecord record) {
    return WHOLE + hash(record);
  }

  /** The name of a record whose time and serial say nothing. */
  String ofText(AuditRecord record) {
    return TEXT + hash(AuditRecord.ofBytes(record.type(), 0, 0, record.textBytes()));
  }

  private String hash(AuditRecord record) {
    int length = encoder.encode(record, line, 0);
    return Window.hash(line, 0, Math.max(length, 0));
  }
}
