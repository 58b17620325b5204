// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import java.lang.foreign.MemorySegment;

/**
 * What a received datagram is, decided from its header and from what the receive call said, never
 * from the length that the message claims: the kernel does not count the header in unicast records,
 * and any process may write anything.
 */
enum Datagram {
  /** An audit record: the payload is its text. */
  RECORD,
  /** NLMSG_ERROR, long enough to hold the error number: an acknowledgement or a refusal. */
  ANSWER,
  /** The reply to a request such as AUDIT_GET. */
  REPLY,
  /** REPLACE, long enough to hold the process id: is this daemon alive? */
  REPLACE,
  /** A message of netlink itself without a meaning here. */
  IGNORED,
  /** Too short for what it says it is. */
  TOO_SHORT,
  /** Not from whom messages are accepted. */
  FOREIGN;

  private static final int MAX_TYPE = 0xFFFF;
  private static final int AUDIT_USER = 1005;
  private static final int AUDIT_LOGIN = 1006;

  /**
   * Classifies a datagram.
   *
   * @param received the bytes that the receive call counted; all of them are in {@code data}
   * @param sender the port id of the sender
   * @param expectedSender the only one that is listened to
   */
  static Datagram classify(
      MemorySegment data, long at, int received, long sender, long expectedSender) {
    if (sender != expectedSender) {
      return FOREIGN;
    }
    if (received < Nl.HEADER) {
      return TOO_SHORT;
    }
    int type = Nl.type(data, at);
    if (type == Nl.AUDIT_REPLACE) {
      return received >= Nl.HEADER + 4 ? REPLACE : TOO_SHORT;
    }
    if (isRecord(type) || type == Nl.AUDIT_LINE) {
      return RECORD;
    }
    if (type == Nl.NLMSG_ERROR) {
      return received >= Nl.ERROR_LENGTH ? ANSWER : TOO_SHORT;
    }
    return type >= Nl.AUDIT_GET ? REPLY : IGNORED;
  }

  /** Whether a message of this type is a record, whose payload is stamp and text. */
  static boolean isRecord(int type) {
    boolean hasRecordsType =
        (type >= Nl.AUDIT_FIRST_RECORD && type <= MAX_TYPE)
            || type == AUDIT_USER
            || type == AUDIT_LOGIN;
    return hasRecordsType && type != Nl.AUDIT_REPLACE && type != Nl.AUDIT_LINE;
  }
}
