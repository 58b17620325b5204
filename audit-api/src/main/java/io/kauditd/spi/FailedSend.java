// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Describes why a record was not sent. Immutable.
 *
 * @since 0.1.0
 */
public final class FailedSend {
  /**
   * The maximum number of attempts in a row with one record. The engine tries no more, whatever the
   * policy answers.
   */
  public static final int MAX_ATTEMPTS = 1000;

  private final QueueRole queue;
  private final SendError error;
  private final int attempts;
  private final boolean connected;

  private FailedSend(QueueRole queue, SendError error, int attempts, boolean connected) {
    this.queue = Objects.requireNonNull(queue, "queue");
    this.error = Objects.requireNonNull(error, "error");
    this.attempts = attempts;
    this.connected = connected;
  }

  /**
   * The record was tried, and failed.
   *
   * @param queue the queue it was taken from
   * @param error the error, except {@link SendError#REJECTED}, about which no policy is asked
   * @param attempts failed attempts in a row with this record, 1 to {@value #MAX_ATTEMPTS}
   * @throws IllegalArgumentException for another error or number
   */
  public static FailedSend after(QueueRole queue, SendError error, int attempts) {
    if (error == SendError.REJECTED) {
      throw new IllegalArgumentException("error is REJECTED, about which no policy is asked");
    }
    if (attempts < 1 || attempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException(
          "attempts is " + attempts + "; it must be between 1 and " + MAX_ATTEMPTS);
    }
    return new FailedSend(queue, error, attempts, true);
  }

  /**
   * The record was not tried: no daemon was connected, or the walk had stopped sending.
   *
   * @param queue the queue it was taken from
   * @param connected whether the walk over this queue began with a daemon to send to
   */
  public static FailedSend untried(QueueRole queue, boolean connected) {
    return new FailedSend(queue, SendError.ECONNREFUSED, 0, connected);
  }

  /** The queue it was taken from. */
  public QueueRole queue() {
    return queue;
  }

  /**
   * The error, never {@link SendError#REJECTED}; {@link SendError#ECONNREFUSED} for a record that
   * was not tried.
   */
  public SendError error() {
    return error;
  }

  /**
   * Failed attempts in a row with this record, 1 to {@value #MAX_ATTEMPTS}; 0 if it was not tried.
   */
  public int attempts() {
    return attempts;
  }

  /** Whether the walk over this queue began with a daemon to send to. */
  public boolean connected() {
    return connected;
  }

  /** Whether the record was tried. */
  public boolean tried() {
    return attempts > 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FailedSend that
        && queue == that.queue
        && error == that.error
        && attempts == that.attempts
        && connected == that.connected;
  }

  @Override
  public int hashCode() {
    return Objects.hash(queue, error, attempts, connected);
  }

  /** For example {@code HOLD: EAGAIN, 3 attempts} or {@code MAIN: not tried, nobody connected}. */
  @Override
  public String toString() {
    return queue
        + ": "
        + (tried() ? error + ", " + Counts.of(attempts, "attempt") : "not tried")
        + (connected ? "" : ", nobody connected");
  }
}
