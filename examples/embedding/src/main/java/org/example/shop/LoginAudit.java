// SPDX-License-Identifier: Apache-2.0
package org.example.shop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.AuditLog;
import io.kauditd.api.RecordType;
import java.util.HexFormat;

/**
 * Writes the audit records of logins. That is all the rest of the application knows of auditing.
 */
final class LoginAudit {
  private final AuditLog audit;

  LoginAudit(AuditLog audit) {
    this.audit = audit;
  }

  /** Records an attempt to log in. Returns at once, whatever has become of the daemon. */
  void login(String account, String address, boolean success) {
    audit.log(
        RecordType.USER_LOGIN,
        "op=login acct="
            + untrusted(account)
            + " addr="
            + address
            + " res="
            + (success ? "success" : "failed"));
  }

  /**
   * A value that somebody else chose, as the audit world writes it: in quotes if it is plain, and
   * in hexadecimal digits if it could be taken for something else. {@code ausearch -i} turns it
   * back.
   */
  static String untrusted(String value) {
    boolean plain = value.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"');
    return plain
        ? '"' + value + '"'
        : HexFormat.of().withUpperCase().formatHex(value.getBytes(UTF_8));
  }
}
