// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * The result of {@link ManagedAuditLog#flush}.
 *
 * @since 0.1.0
 */
public final class FlushResult {
  private final boolean complete;
  private final long delivered;
  private final long dropped;
  private final long kept;
  private final long waiting;

  private FlushResult(boolean complete, long delivered, long dropped, long kept, long waiting) {
    this.complete = complete;
    this.delivered = notNegative("delivered", delivered);
    this.dropped = notNegative("dropped", dropped);
    this.kept = notNegative("kept", kept);
    this.waiting = notNegative("waiting", waiting);
  }

  /**
   * A result, from numbers of records that are 0 or more.
   *
   * @throws IllegalArgumentException if a number is negative
   */
  public static FlushResult of(
      boolean complete, long delivered, long dropped, long kept, long waiting) {
    return new FlushResult(complete, delivered, dropped, kept, waiting);
  }

  private static long notNegative(String name, long records) {
    if (records < 0) {
      throw new IllegalArgumentException(name + " is " + records + "; it must be 0 or more");
    }
    return records;
  }

  /**
   * Whether each record that was logged before the call was delivered, was dropped and counted, or
   * is in a queue that survives the program.
   */
  public boolean isComplete() {
    return complete;
  }

  /** Records delivered during the call. */
  public long delivered() {
    return delivered;
  }

  /** Records dropped during the call, for any reason. */
  public long dropped() {
    return dropped;
  }

  /** Records that waited in queues that survive the program, when the call returned. */
  public long kept() {
    return kept;
  }

  /** Records that waited in queues that end with the program, when the call returned. */
  public long waiting() {
    return waiting;
  }

  /** For example {@code complete: 12 delivered, 0 dropped, 3 kept, 0 waiting}. */
  @Override
  public String toString() {
    return (complete ? "complete: " : "not complete: ")
        + delivered
        + " delivered, "
        + dropped
        + " dropped, "
        + kept
        + " kept, "
        + waiting
        + " waiting";
  }
}
