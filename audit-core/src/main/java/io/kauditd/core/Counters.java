// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.LostReason;

/** What the owner of the state has counted. Only the owner touches it; {@link Board} shows it. */
final class Counters {
  long takenFromMain;
  long delivered;
  long passes;
  long sendAttempts;
  long failedSends;
  long printed;
  long resets;
  long endlessPasses;
  long highMain;
  long highRetry;
  long highHold;
  final long[] dropped = new long[LostReason.values().length]; // in the order of the constants

  void drop(LostReason reason) {
    drop(reason, 1);
  }

  @SuppressWarnings("EnumOrdinal") // an index within this run of the program, never stored
  void drop(LostReason reason, long count) {
    dropped[reason.ordinal()] += count;
  }
}
