// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import org.jspecify.annotations.Nullable;

/**
 * Puts together the status: what the owner has shown last, and what producers count by themselves.
 *
 * <p>Why it balances at any moment, on any processor: each number is read once, and all that has to
 * agree is computed from it. A record is counted by one atomic step, as accepted or as lost; the
 * owner's numbers are one picture, see {@link SequenceLock}. What was accepted and not taken by the
 * owner is what waits in the main queue, whichever queue that is; {@code lost} is the sum of the
 * reasons that count. So nothing depends on the order in which two numbers become visible but this:
 * a record that the owner has taken was accepted. The memory queue counts by the claim of a place,
 * which the owner has seen before it took the record, and shown after, so that whoever sees the
 * picture sees the claim. Another queue may hand out a record before its producer is back from
 * {@code add} to count it; until then it counts as logged since it was taken.
 */
final class StatusBoard {
  private static final int TAKEN_FROM_MAIN = 0;
  private static final int DELIVERED = 1;
  private static final int PASSES = 2;
  private static final int SEND_ATTEMPTS = 3;
  private static final int FAILED_SENDS = 4;
  private static final int PRINTED = 5;
  private static final int RESETS = 6;
  private static final int ENDLESS_PASSES = 7;
  private static final int HIGH_MAIN = 8;
  private static final int HIGH_RETRY = 9;
  private static final int HIGH_HOLD = 10;
  private static final int IN_RETRY = 11;
  private static final int IN_HOLD = 12;
  private static final int DAEMON = 13;
  private static final int CONNECTED = 14;
  private static final int RECOVERED = 15;
  private static final int SENT_AGAIN = 16;
  private static final int DROPPED = 17;

  private final Queues queues;
  private final Counters counters;
  private final Losses losses;
  private final Gate gate;
  private final long recoveredInMain;
  private final long[] values = new long[DROPPED + LostReason.values().length];
  private final SequenceLock board = new SequenceLock(values.length);

  StatusBoard(Queues queues, Counters counters, Losses losses, Gate gate) {
    this.queues = queues;
    this.counters = counters;
    this.losses = losses;
    this.gate = gate;
    this.recoveredInMain = queues.main().recovered();
  }

  /** Shows the state as it is now, between two passes. Called by the owner alone. */
  void show(@Nullable Connection connection) {
    values[TAKEN_FROM_MAIN] = counters.takenFromMain;
    values[DELIVERED] = counters.delivered;
    values[PASSES] = counters.passes;
    values[SEND_ATTEMPTS] = counters.sendAttempts;
    values[FAILED_SENDS] = counters.failedSends;
    values[PRINTED] = counters.printed;
    values[RESETS] = counters.resets;
    values[ENDLESS_PASSES] = counters.endlessPasses;
    values[HIGH_MAIN] = counters.highMain;
    values[HIGH_RETRY] = counters.highRetry;
    values[HIGH_HOLD] = counters.highHold;
    values[IN_RETRY] = queues.retry().held();
    values[IN_HOLD] = queues.hold().held();
    values[CONNECTED] = connection == null ? 0 : 1;
    values[DAEMON] = connection == null ? 0 : connection.peer();
    values[RECOVERED] = queues.recovered();
    values[SENT_AGAIN] = counters.sentAgain;
    System.arraycopy(counters.dropped, 0, values, DROPPED, counters.dropped.length);
    board.show(values);
  }

  AuditStatus read(
      AuditSettings settings,
      String policy,
      String transport,
      @Nullable String lastError,
      long saidSentAgain,
      boolean closed) {
    long[] v = board.read();
    // Read after the board: so it has all that the owner took, but for what a queue handed out
    // before its producer was back to count it.
    long accepted = gate.accepted();
    long inMain = Math.max(0, accepted + recoveredInMain - v[TAKEN_FROM_MAIN]);
    long logged = Math.max(0, v[TAKEN_FROM_MAIN] + inMain - recoveredInMain);
    long notAccepted = 0;
    long lost = 0;
    var ledger = Ledger.builder();
    LostReason[] reasons = LostReason.values();
    for (int i = 0; i < reasons.length; i++) {
      long atGate = losses.atGateCount(reasons[i]);
      notAccepted += atGate;
      long all = atGate + v[DROPPED + i];
      ledger.dropped(reasons[i], all);
      lost += reasons[i].countsAsLost() ? all : 0;
    }
    ledger
        .logged(logged + notAccepted)
        .recovered(v[RECOVERED])
        .delivered(v[DELIVERED])
        .sentAgain(v[SENT_AGAIN] + saidSentAgain)
        .inMain(inMain)
        .inRetry(v[IN_RETRY])
        .inHold(v[IN_HOLD]);
    return AuditStatus.builder()
        .settings(settings)
        .policy(policy)
        .transport(transport)
        .connected(v[CONNECTED] != 0)
        .daemon(v[DAEMON])
        .lost(lost)
        .backlogWaitTimeActualMs(gate.waitedNs() / 1_000_000)
        .ledger(ledger.build())
        .highWater(
            AuditStatus.HighWater.of(Math.max(v[HIGH_MAIN], inMain), v[HIGH_RETRY], v[HIGH_HOLD]))
        .passes(v[PASSES])
        .sendAttempts(v[SEND_ATTEMPTS])
        .failedSends(v[FAILED_SENDS])
        .printed(v[PRINTED])
        .resets(v[RESETS])
        .endlessPasses(v[ENDLESS_PASSES])
        .lastError(lastError)
        .closed(closed)
        .build();
  }
}
