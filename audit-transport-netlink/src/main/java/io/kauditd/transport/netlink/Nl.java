// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** The constants and the message header of netlink and of its audit family. */
final class Nl {
  static final int AF_NETLINK = 16;
  static final int NETLINK_USERSOCK = 2;
  static final int NETLINK_AUDIT = 9;
  static final int SOCK_RAW = 3;
  static final int SOCK_CLOEXEC = 0x80000;

  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int SOL_SOCKET = 1;
  static final int SO_RCVBUF = 8;
  static final int SO_PASSCRED = 16;
  static final int SO_SNDTIMEO = 21;
  static final int SO_RCVBUFFORCE = 33;
  static final int SCM_CREDENTIALS = 2;

  static final int NLMSG_ERROR = 2;
  static final int NLM_F_REQUEST = 1;
  static final int NLM_F_ACK = 4;
  static final int NLM_F_CAPPED = 0x100;

  static final int AUDIT_GET = 1000;
  static final int AUDIT_SET = 1001;
  static final int AUDIT_GET_FEATURE = 1019;
  static final int AUDIT_FIRST_RECORD = 1100;
  static final int AUDIT_REPLACE = 1329;
  static final int AUDIT_NLGRP_READLOG = 1;

  /**
   * Between engines alone: the payload is a log line. {@code AL} in ASCII; the kernel's types end
   * below 3,000.
   */
  static final int AUDIT_LINE = 0x414C; // AL

  /** The longest payload that the kernel makes, as auditd's buffers have it. */
  static final int MAX_AUDIT_MESSAGE_LENGTH = 8970;

  /** The longest text of a user message; the kernel cuts what is behind it. */
  static final int MAX_USER_TEXT_LENGTH = 8560;

  /** The bytes of a netlink message header. */
  static final int HEADER = 16;

  /** The bytes of an acknowledgement, up to the end of the echoed header. */
  static final int ERROR_LENGTH = 36;

  private Nl() {}

  static long length(MemorySegment data, long at) {
    return Integer.toUnsignedLong(data.get(JAVA_INT_UNALIGNED, at));
  }

  static int type(MemorySegment data, long at) {
    return Short.toUnsignedInt(data.get(JAVA_SHORT_UNALIGNED, at + 4));
  }

  static int flags(MemorySegment data, long at) {
    return Short.toUnsignedInt(data.get(JAVA_SHORT_UNALIGNED, at + 6));
  }

  static int sequence(MemorySegment data, long at) {
    return data.get(JAVA_INT_UNALIGNED, at + 8);
  }

  /** The error number in an acknowledgement of at least 20 bytes: 0, or negative, or an answer. */
  static int error(MemorySegment data, long at) {
    return data.get(JAVA_INT_UNALIGNED, at + HEADER);
  }

  /** Writes a header for a message of {@code length} bytes, the header included. */
  static void putHeader(
      MemorySegment data, long at, int length, int type, int flags, int sequence) {
    data.set(JAVA_INT_UNALIGNED, at, length);
    data.set(JAVA_SHORT_UNALIGNED, at + 4, (short) type);
    data.set(JAVA_SHORT_UNALIGNED, at + 6, (short) flags);
    data.set(JAVA_INT_UNALIGNED, at + 8, sequence);
    data.set(JAVA_INT_UNALIGNED, at + 12, 0);
  }

  static boolean isUserMessage(int type) {
    return (type >= 1100 && type <= 1199) || (type >= 2100 && type <= 2999);
  }
}
