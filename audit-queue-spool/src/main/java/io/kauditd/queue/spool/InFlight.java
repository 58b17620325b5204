// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.util.ArrayDeque;

/** Where the records in flight lie, the oldest first. */
final class InFlight {
  private final ArrayDeque<Place> places = new ArrayDeque<>();

  /**
   * Where a record lies.
   *
   * @param offset where its frame begins in the segment
   * @param ordinal how many records of the segment were polled before it
   */
  record Place(Segment segment, long offset, long ordinal, long sequence) {}

  void add(Place place) {
    places.addLast(place);
  }

  int size() {
    return places.size();
  }

  /** Forgets the oldest, one or more; returns the youngest of them. */
  Place removeOldest(int count) {
    for (int i = 1; i < count; i++) {
      places.removeFirst();
    }
    return places.removeFirst();
  }

  /** Forgets the youngest, one or more; returns the oldest of them. */
  Place removeYoungest(int count) {
    for (int i = 1; i < count; i++) {
      places.removeLast();
    }
    return places.removeLast();
  }
}
