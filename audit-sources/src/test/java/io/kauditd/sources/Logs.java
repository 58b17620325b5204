// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** What a log of some records would hold. */
final class Logs {
  private Logs() {}

  /** The log, bytes as characters. */
  static String of(List<AuditRecord> records) {
    var encoder = new AuditLineEncoder();
    byte[] line = new byte[AuditLineEncoder.MAX_LINE_BYTES];
    var out = new ByteArrayOutputStream();
    for (AuditRecord record : records) {
      out.write(line, 0, encoder.encode(record, line, 0));
    }
    return out.toString(ISO_8859_1);
  }
}
