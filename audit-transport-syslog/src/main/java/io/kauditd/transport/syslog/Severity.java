// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

/** The severities of RFC 5424. */
enum Severity {
  EMERGENCY(0),
  ALERT(1),
  CRITICAL(2),
  ERROR(3),
  WARNING(4),
  NOTICE(5),
  INFO(6),
  DEBUG(7);

  private final int number;

  Severity(int number) {
    this.number = number;
  }

  /** Its number in the protocol. */
  int number() {
    return number;
  }
}
