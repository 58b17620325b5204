// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;

/** What every subject hands over: an audit text of 200 bytes, made once. */
final class Payload {
  static final int TYPE = RecordType.USER_LOGIN;

  static final String TEXT = text();

  /** The same as a record, for those that take records. */
  static final AuditRecord RECORD = AuditRecord.of(TYPE, 1_700_000_000_123L, 456, TEXT);

  private Payload() {}

  private static String text() {
    String start =
        "pid=4711 uid=0 auid=1000 ses=3 msg='op=login acct=\"alice\" exe=\"/usr/sbin/sshd\""
            + " hostname=host.example.org addr=192.0.2.17 terminal=ssh res=success' note=";
    return start + "x".repeat(200 - start.length());
  }
}
