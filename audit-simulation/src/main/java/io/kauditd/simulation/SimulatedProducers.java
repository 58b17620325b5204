// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditLog;
import io.kauditd.api.RecordType;
import io.kauditd.core.BacklogWait;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The producers. Each logs its records when they are due, or as soon as it can if it had to wait.
 *
 * <p>There is one thread, so a producer cannot sleep inside the engine's gate. Where the gate would
 * let it sleep, its call is broken off instead, and made again after the next pass. When the
 * producer's time is over, the last call finds that the sleep has used it up. So the gate alone
 * decides who may wait and who is refused. A record gets its serial with the call that counts.
 */
final class SimulatedProducers implements BacklogWait {
  private static final long NEVER = ArrivalTimes.NEVER;
  private static final String TEXT =
      "arch=c000003e syscall=59 success=yes exit=0 comm=\"simulated\"";

  private final SimulationClock clock;
  private final ArrivalTimes[] times;
  private final long[] dueNs;
  private final long[] readyNs; // when it can log next: a call takes a while
  private final long[] waitsSinceNs;
  private final ArrayDeque<Integer> waiting = new ArrayDeque<>(); // the longest waiting first
  private final BrokenOff mustWait = new BrokenOff();
  private final long logNs;
  private final long waitTimeNs;
  private final long endNs;
  private AuditLog log;
  private int next;
  private long nextNs;
  private boolean timeIsOver;
  private boolean wakeUp;
  private long waits;
  private long waitedNs;
  private long longestWaitNs;
  private long longestDelayNs;

  @SuppressWarnings("NullAway.Init") // the engine comes with begin: it needs this to be built
  SimulatedProducers(Scenario scenario, SimulationClock clock) {
    int count = scenario.producers();
    this.clock = clock;
    this.logNs = scenario.costs().log().toNanos();
    this.waitTimeNs = scenario.settings().backlogWaitTimeMs() * 1_000_000;
    this.endNs = scenario.duration().toNanos();
    this.times = new ArrivalTimes[count];
    this.dueNs = new long[count];
    this.readyNs = new long[count];
    this.waitsSinceNs = new long[count];
    for (int i = 0; i < count; i++) {
      times[i] = ArrivalTimes.of(scenario.arrivals(), i, count, scenario.seed());
      dueNs[i] = times[i].nextNs();
    }
    Arrays.fill(waitsSinceNs, NEVER);
  }

  void begin(AuditLog engine) {
    log = engine;
    findNext();
  }

  /** When a producer does something next: logs, or has waited long enough. */
  long nextNs() {
    return nextNs;
  }

  private void findNext() {
    nextNs = NEVER;
    for (int i = 0; i < dueNs.length; i++) {
      if (waitsSinceNs[i] == NEVER) {
        long atNs = Math.max(dueNs[i], readyNs[i]);
        if (atNs < nextNs) {
          nextNs = atNs;
          next = i;
        }
      }
    }
    Integer longestWaiting = waiting.peekFirst();
    if (longestWaiting != null && waitsSinceNs[longestWaiting] + waitTimeNs < nextNs) {
      next = longestWaiting;
      nextNs = waitsSinceNs[longestWaiting] + waitTimeNs;
    }
  }

  /** The producer whose turn it is does what it has to do. */
  void act() {
    int producer = next;
    if (waitsSinceNs[producer] == NEVER) {
      log(producer);
    } else {
      waiting.removeFirst();
      timeIsOver = true;
      log(producer);
      timeIsOver = false;
    }
    findNext();
  }

  /** A pass has ended: those who wait look again, the longest waiting first. */
  void lookAgain() {
    if (!wakeUp || waiting.isEmpty()) {
      return;
    }
    wakeUp = false;
    for (int i = waiting.size(); i > 0; i--) {
      log(waiting.removeFirst());
    }
    findNext();
  }

  private void log(int producer) {
    try {
      log.log(RecordType.SYSCALL, TEXT);
    } catch (BrokenOff e) {
      if (waitsSinceNs[producer] == NEVER) {
        waitsSinceNs[producer] = clock.nanoTime();
        waits++;
      }
      waiting.addLast(producer);
      return;
    }
    long nowNs = clock.nanoTime();
    if (waitsSinceNs[producer] != NEVER) {
      long tookNs = nowNs - waitsSinceNs[producer];
      waitedNs += tookNs;
      longestWaitNs = Math.max(longestWaitNs, tookNs);
      waitsSinceNs[producer] = NEVER;
    }
    longestDelayNs = Math.max(longestDelayNs, nowNs - dueNs[producer]);
    readyNs[producer] = nowNs + logNs;
    dueNs[producer] = times[producer].nextNs();
  }

  @Override
  public long await(long timeNs, Room room) {
    if (timeIsOver) {
      return 0;
    }
    throw mustWait;
  }

  @Override
  public void wakeAll() {
    wakeUp = true;
  }

  /** Calls that had to wait. */
  long waits() {
    return waits;
  }

  /** The time that all producers have waited, those included who still do. */
  long waitedNs() {
    long total = waitedNs;
    for (long since : waitsSinceNs) {
      total += since == NEVER ? 0 : atMostEndNs() - since;
    }
    return total;
  }

  /** The last pass may end after the scenario, and nobody acts after that. */
  private long atMostEndNs() {
    return Math.min(clock.nanoTime(), endNs);
  }

  /** The duration of the longest call. */
  long longestWaitNs() {
    Integer longestWaiting = waiting.peekFirst();
    long still = longestWaiting == null ? 0 : atMostEndNs() - waitsSinceNs[longestWaiting];
    return Math.max(longestWaitNs, still);
  }

  /** The maximum time from a record's scheduled time to the end of the call that logged it. */
  long longestDelayNs() {
    return longestDelayNs;
  }
}
