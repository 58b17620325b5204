// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/**
 * Makes a StackOverflowError happen now rather than later. A program that recurses without end may
 * log at the very brink of its stack. What must not stop half way (a lock that is held, a count
 * that belongs to a record, a wake-up for one) begins with this.
 */
final class StackProbe {
  /** More calls, one inside the other, than anything here needs that asks for it. */
  private static final int CALLS = 96;

  private StackProbe() {}

  /** Returns if there is stack left for some kilobytes of calls; throws otherwise. */
  static void reserve() {
    deeper(CALLS);
  }

  private static int deeper(int calls) {
    return calls == 0 ? 0 : deeper(calls - 1) + 1;
  }
}
