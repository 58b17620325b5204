// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.AuditQueue;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Calls a queue at random, and compares it with a simple model of a queue. */
final class QueueWalk {
  private static final int MOST_RECORDS = 2_000;

  /** Of any importance: a queue knows none. */
  private static final int[] TYPES = {
    RecordType.TRUSTED_APP, RecordType.SYSCALL, RecordType.USER_LOGIN, RecordType.EOE
  };

  private final AuditQueue queue;
  private final Contract contract;
  private final boolean bounded; // whether it is asked to refuse records
  private final long seed;
  private final Random random;
  private final ArrayDeque<AuditRecord> waiting = new ArrayDeque<>();
  private final ArrayDeque<AuditRecord> inFlight = new ArrayDeque<>();
  private AuditRecord last = ContractRecords.one(RecordType.TRUSTED_APP, 0);
  private long number;
  private int step;

  QueueWalk(AuditQueue queue, Contract contract, long seed) {
    this.queue = queue;
    this.contract = contract;
    this.bounded = !contract.deviatesFrom(Rule.Q2) && !contract.deviatesFrom(Rule.Q8);
    this.seed = seed;
    this.random = new Random(seed);
  }

  void run(int steps) throws IOException {
    for (step = 1; step <= steps; step++) {
      // Times of more coming in and times of more going out, so that it is deep and empty in turn.
      boolean filling = (step / 500) % 2 == 0;
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> some(filling ? 8 : 3, this::add);
        case 3 -> addAll(random.nextInt(filling ? 16 : 6));
        case 4, 5, 6 -> some(filling ? 3 : 8, this::poll);
        case 7 -> acknowledge();
        case 8 -> putBack();
        default -> queue.passEnded();
      }
      assertThat(queue.size()).as(() -> situation(Rule.Q3, "size")).isEqualTo(waiting.size());
    }
  }

  private void some(int most, Step call) throws IOException {
    for (int i = random.nextInt(most); i > 0; i--) {
      call.run();
    }
  }

  private void add() throws IOException {
    int capacity = capacity(3);
    AuditRecord record = next();
    boolean room = waiting.size() < capacity;
    assertThat(queue.add(record, capacity))
        .as(() -> situation(Rule.Q2, "add with capacity " + capacity))
        .isEqualTo(room);
    if (room) {
      waiting.addLast(record);
    }
  }

  /** Several at once, of which a queue without room for all takes the first ones. */
  private void addAll(int count) throws IOException {
    int capacity = capacity(count + 1);
    List<AuditRecord> records = new ArrayList<>();
    while (records.size() < count) {
      records.add(next());
    }
    int room = Math.clamp(capacity - waiting.size(), 0, count);
    assertThat(queue.addAll(records, capacity))
        .as(() -> situation(Rule.Q17, "addAll of " + count + " with capacity " + capacity))
        .isEqualTo(room);
    waiting.addAll(records.subList(0, room));
  }

  /** Mostly far away, and now and then so near that there is room for fewer than {@code most}. */
  private int capacity(int most) {
    int capacity = random.nextInt(4) == 0 ? waiting.size() + random.nextInt(most) : MOST_RECORDS;
    return bounded ? Math.max(1, capacity) : Integer.MAX_VALUE;
  }

  /**
   * A record whose type, time and serial say nothing about its place. Sometimes it equals the one
   * before: the records of one event share time and serial, and may have the same text.
   */
  private AuditRecord next() {
    if (random.nextInt(10) > 0) {
      last =
          AuditRecord.of(
              TYPES[random.nextInt(TYPES.length)],
              random.nextInt(1_000_000),
              random.nextInt(100),
              "n=" + ++number);
    }
    return last;
  }

  private void poll() {
    AuditRecord expected = waiting.pollFirst();
    if (expected == null && contract.deviatesFrom(Rule.Q4)) {
      return;
    }
    assertThat(queue.poll()).as(() -> situation(Rule.Q1, "poll")).isEqualTo(expected);
    if (expected != null) {
      inFlight.addLast(expected);
    }
  }

  private void acknowledge() {
    int count = random.nextInt(inFlight.size() + 1);
    queue.acknowledge(count);
    for (int i = 0; i < count; i++) {
      inFlight.removeFirst();
    }
  }

  private void putBack() {
    int count = random.nextInt(inFlight.size() + 1);
    queue.putBack(count);
    for (int i = 0; i < count; i++) {
      waiting.addFirst(inFlight.removeLast());
    }
  }

  /** For a test that fails: at each step it would take as long as the call that is looked at. */
  private String situation(Rule own, String call) {
    Rule rule = contract.blame(own, Rule.Q3, Rule.Q5, Rule.Q6, Rule.Q7, Rule.Q11, Rule.Q17);
    return rule.when(
        "%s in step %d of the walk with seed %d, with %d records in it and %d in flight",
        call, step, seed, waiting.size(), inFlight.size());
  }

  /** One kind of call. */
  private interface Step {
    void run() throws IOException;
  }
}
