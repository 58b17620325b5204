// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

/** The limits of what is set in code; what is set by options is checked before. */
final class Bounds {
  private Bounds() {}

  static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be between " + least + " and " + most);
    }
  }
}
