// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.util.ArrayDeque;

/**
 * Where the records in flight lie, the oldest first. Those of one run share an entry, and have an
 * offset each in a ring.
 */
final class InFlight {
  private final ArrayDeque<Stretch> stretches = new ArrayDeque<>();
  private long[] places = new long[2 * 1024]; // sequence and offset of each
  private int head;
  private int size;

  /** Records in flight of one run. */
  private static final class Stretch {
    final Run run;
    int count;

    Stretch(Run run) {
      this.run = run;
    }
  }

  /** Where a record lies. */
  record Place(Run run, long offset, long sequence) {}

  void add(Run run, long offset, long sequence) {
    Stretch last = stretches.peekLast();
    if (last == null || last.run != run) {
      last = new Stretch(run);
      stretches.addLast(last);
    }
    last.count++;
    if (2 * size == places.length) {
      enlarge();
    }
    int at = index(size);
    places[at] = sequence;
    places[at + 1] = offset;
    size++;
  }

  private int index(int number) {
    return (head + 2 * number) & (places.length - 1);
  }

  private void enlarge() {
    var larger = new long[places.length * 2];
    for (int i = 0; i < size; i++) {
      int at = index(i);
      larger[2 * i] = places[at];
      larger[2 * i + 1] = places[at + 1];
    }
    places = larger;
    head = 0;
  }

  int size() {
    return size;
  }

  /** Forgets the oldest, one or more; returns the sequence of the youngest of them. */
  long removeOldest(int count) {
    long sequence = places[index(count - 1)];
    head = index(count);
    size -= count;
    for (int left = count; left > 0; ) {
      Stretch oldest = stretches.getFirst();
      int some = Math.min(left, oldest.count);
      oldest.count -= some;
      left -= some;
      if (oldest.count == 0) {
        stretches.removeFirst();
      }
    }
    return sequence;
  }

  /** Forgets the youngest, one or more; returns where the oldest of them lies. */
  Place removeYoungest(int count) {
    size -= count;
    int at = index(size);
    Run run = stretches.getLast().run;
    for (int left = count; left > 0; ) {
      Stretch youngest = stretches.getLast();
      run = youngest.run;
      int some = Math.min(left, youngest.count);
      youngest.count -= some;
      left -= some;
      if (youngest.count == 0) {
        stretches.removeLast();
      }
    }
    return new Place(run, places[at + 1], places[at]);
  }
}
