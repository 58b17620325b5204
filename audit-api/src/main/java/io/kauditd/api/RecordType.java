// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The numbers of the record types and their names, as in the kernel's headers and the audit daemon.
 * A type is a plain number, so unknown types pass through unchanged.
 *
 * @since 0.1.0
 */
public final class RecordType {
  /** No number is known for the type; the name stands in the record's head. */
  public static final int UNKNOWN = 0;

  /** The first and the last of the first range of user messages. */
  public static final int FIRST_USER_MSG = 1100;

  public static final int LAST_USER_MSG = 1199;

  /** The first and the last of the second range of user messages. */
  public static final int FIRST_USER_MSG2 = 2100;

  public static final int LAST_USER_MSG2 = 2999;

  public static final int USER_AUTH = 1100;
  public static final int USER_ACCT = 1101;
  public static final int USER_START = 1105;
  public static final int USER_END = 1106;
  public static final int USER_AVC = 1107;
  public static final int USYS_CONFIG = 1111;
  public static final int USER_LOGIN = 1112;
  public static final int USER_LOGOUT = 1113;
  public static final int TRUSTED_APP = 1121;
  public static final int USER_CMD = 1123;
  public static final int SYSCALL = 1300;
  public static final int PATH = 1302;
  public static final int CONFIG_CHANGE = 1305;
  public static final int CWD = 1307;
  public static final int EXECVE = 1309;

  /** The end of an event of several records; it is never printed. */
  public static final int EOE = 1320;

  public static final int PROCTITLE = 1327;
  public static final int REPLACE = 1329;
  public static final int AVC = 1400;

  /** A message of the kernel itself: auditing has started. */
  public static final int KERNEL = 2000;

  /** What stands for a type without a name, up to its number. */
  static final byte[] UNKNOWN_PREFIX = "UNKNOWN[".getBytes(StandardCharsets.US_ASCII);

  private RecordType() {}

  /** The name of a type, {@code UNKNOWN[1234]} for a number without one. */
  public static String nameOf(int type) {
    String name = RecordTypeNames.name(type);
    return name != null ? name : "UNKNOWN[" + type + "]";
  }

  /**
   * The number of a type: of a name ({@code USER_LOGIN}), of {@code UNKNOWN[1234]}, or of the
   * number itself in digits. Empty if it is none of these.
   */
  public static OptionalInt parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int type = parse(bytes, 0, bytes.length);
    return type >= 0 ? OptionalInt.of(type) : OptionalInt.empty();
  }

  /** As {@link #parse(String)}, -1 for none. */
  static int parse(byte[] text, int from, int to) {
    int named = RecordTypeNames.number(text, from, to);
    if (named != 0) {
      return named;
    }
    boolean bracketed =
        to - from > UNKNOWN_PREFIX.length
            && Arrays.equals(
                text, from, from + UNKNOWN_PREFIX.length, UNKNOWN_PREFIX, 0, UNKNOWN_PREFIX.length)
            && text[to - 1] == ']';
    return bracketed ? digits(text, from + UNKNOWN_PREFIX.length, to - 1) : digits(text, from, to);
  }

  /** The number that up to nine digits make, -1 for anything else. */
  private static int digits(byte[] text, int from, int to) {
    if (from >= to || to - from > 9) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return -1;
      }
      value = value * 10 + text[i] - '0';
    }
    return value;
  }

  /** Whether processes may send records of this type into the kernel's audit trail. */
  public static boolean isUserMessage(int type) {
    return (type >= FIRST_USER_MSG && type <= LAST_USER_MSG)
        || (type >= FIRST_USER_MSG2 && type <= LAST_USER_MSG2);
  }
}
