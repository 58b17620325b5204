// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

/**
 * A way to hand records from the threads that log to one that takes them, with room for {@value
 * #CAPACITY} records unless it is told otherwise. What differs between the subjects of a benchmark
 * is in here alone.
 */
interface Relay extends AutoCloseable {
  /** The records that fit in between; the default backlog limit. */
  int CAPACITY = 8192;

  /** Hands a record over, any thread; if there is no room, it waits or loses it, as it was made. */
  void put();

  /** The records that were taken on the other side. */
  long taken();

  /** How many records it says it has lost; -1 if it does not count them. */
  default long countedLost() {
    return -1;
  }

  /** Has what waits for a time or a number of records go on now; for those that do so. */
  default void flush() {}

  /** Ends the thread that takes. */
  @Override
  void close();
}
