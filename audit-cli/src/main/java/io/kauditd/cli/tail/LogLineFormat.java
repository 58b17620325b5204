// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.tail;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;

/** Records as the lines of an audit log. */
final class LogLineFormat implements LineSink.Format {
  private final AuditLineEncoder encoder = new AuditLineEncoder();
  private final byte[] line = new byte[AuditLineEncoder.MAX_LINE_BYTES];

  @Override
  public boolean write(AuditRecord record, LineOutput output) {
    int length = encoder.encode(record, line, 0);
    // Longer than a netlink message can be: never seen, and not to be passed over if it is.
    return length != AuditLineEncoder.TOO_LONG && output.write(line, length);
  }
}
