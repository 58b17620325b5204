// SPDX-License-Identifier: Apache-2.0
package org.example.shop;

import io.kauditd.api.AuditLog;
import io.kauditd.api.RecordType;

/**
 * Writes the audit records of logins. That is all the rest of the application knows of auditing.
 */
final class LoginAudit {
  private final AuditLog audit;

  LoginAudit(AuditLog audit) {
    this.audit = audit;
  }

  /**
   * Records an attempt to log in. Returns at once, whatever has become of the daemon. Who tries may
   * send any account name, of any length: it stays one value, and is cut if it is too long.
   */
  void login(String account, String address, boolean success) {
    audit
        .record(RecordType.USER_LOGIN)
        .field("op", "login")
        .excerpt("acct", account)
        .text("addr", address)
        .result(success)
        .log();
  }
}
