// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

/** Checks values that are set in code. Values of options were checked before. */
final class Bounds {
  private Bounds() {}

  static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be between " + least + " and " + most);
    }
  }
}
