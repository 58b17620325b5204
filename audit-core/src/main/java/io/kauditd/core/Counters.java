// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.LostReason;

/**
 * What the owner of the state has counted. Only the owner writes it; {@link SequenceLock} publishes
 * it. Some of it changes with every record, so it is kept out of the cache lines that producers
 * read, as in {@link MemoryQueueFields}.
 */
@SuppressWarnings({"unused", "UnusedVariable"}) // the padding
final class Counters extends CountersFront {
  long takenFromMain;
  long delivered;
  long sentAgain;
  long passes;
  long sendAttempts;
  long failedSends;
  long printed;
  long resets;
  long endlessPasses;
  long highMain;
  long highRetry;
  long highHold;
  private long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14;
  final long[] dropped = new long[LostReason.values().length]; // in the order of the constants

  void drop(LostReason reason) {
    drop(reason, 1);
  }

  @SuppressWarnings("EnumOrdinal") // an index within this run of the program, never stored
  void drop(LostReason reason, long count) {
    dropped[reason.ordinal()] += count;
  }
}

@SuppressWarnings({"unused", "UnusedVariable"}) // the padding
abstract class CountersFront {
  private long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14;
}
