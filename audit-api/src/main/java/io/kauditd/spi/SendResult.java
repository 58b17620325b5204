// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result for a batch: how many records were taken, counted from the first, and why no more.
 * Immutable.
 *
 * <p>With an error, the first record that was not taken is the one that failed. Records pulled
 * after it were not tried, nor were those that were not taken without an error. The next call
 * offers them again.
 *
 * <p>If the daemon acknowledges records, a record that was written and not acknowledged may have
 * arrived. It was not taken, so it is sent again, and may then arrive twice. {@link #withInDoubt}
 * reports how many such records there are. The engine counts those that it offers again as {@link
 * io.kauditd.api.Ledger#sentAgain sent again}.
 *
 * @since 0.1.0
 */
public final class SendResult {
  private final int taken;
  private final @Nullable SendError error;
  private final @Nullable String reason;
  private final int inDoubt;

  private SendResult(int taken, @Nullable SendError error, @Nullable String reason, int inDoubt) {
    this.taken = taken;
    this.error = error;
    this.reason = reason;
    this.inDoubt = inDoubt;
  }

  /**
   * Records were taken, from the front of the batch. If more were pulled, they were not tried.
   *
   * @param taken how many, 1 or more: a transport pulls at least one record, which is then taken or
   *     failed
   * @throws IllegalArgumentException if it is 0 or negative
   */
  public static SendResult sent(int taken) {
    if (taken < 1) {
      throw new IllegalArgumentException(
          "sent("
              + taken
              + "): a transport pulls one record at least, and says that it was taken, or failed");
    }
    return new SendResult(taken, null, null, 0);
  }

  /**
   * Some records were taken, and the next one failed.
   *
   * @param taken how many, counted from the front of the batch; 0 or more, and fewer than were
   *     pulled
   * @param error why the next one was not taken
   * @param reason the cause in words, for the status and the log: {@code write to audit.log: No
   *     space left on device}. The message of an exception may be null; {@code String.valueOf(e)}
   *     never is
   * @throws IllegalArgumentException if the number is negative
   * @throws NullPointerException if the error or the reason is null
   */
  public static SendResult failed(int taken, SendError error, String reason) {
    if (taken < 0) {
      throw new IllegalArgumentException("taken is " + taken + "; it must be 0 or more");
    }
    return new SendResult(
        taken, Objects.requireNonNull(error, "error"), Objects.requireNonNull(reason, "reason"), 0);
  }

  /**
   * The same result, and in addition the next records after those taken may have arrived: they were
   * written, and their acknowledgement did not come.
   *
   * <pre>{@code
   * SendResult.failed(acknowledged, SendError.ECONNREFUSED, "no acknowledgement in time")
   *     .withInDoubt(written - acknowledged)
   * }</pre>
   *
   * <p>A number that is too high is better than one that is too low, because it is the largest
   * possible number of duplicates. A record is not in doubt if the transport still waits for its
   * acknowledgement and will not write it again.
   *
   * @param records how many, counted from the one that failed; 0 or more, and no more than were
   *     pulled and not taken
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if there is no error, because then all written records were taken
   */
  public SendResult withInDoubt(int records) {
    if (records < 0) {
      throw new IllegalArgumentException("inDoubt is " + records + "; it must be 0 or more");
    }
    if (error == null) {
      throw new IllegalStateException(
          "withInDoubt(" + records + ") needs an error: why were they not taken?");
    }
    return new SendResult(taken, error, reason, records);
  }

  /** Records delivered, from the front of the batch, 0 or more. */
  public int taken() {
    return taken;
  }

  /** Why the next record was not taken; null for no error. */
  public @Nullable SendError error() {
    return error;
  }

  /** The cause in words; null if there is no error. */
  public @Nullable String reason() {
    return reason;
  }

  /**
   * Records after those taken, the failed one first, that may have arrived; see {@link
   * #withInDoubt}. 0 without an error.
   */
  public int inDoubt() {
    return inDoubt;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SendResult that
        && taken == that.taken
        && error == that.error
        && Objects.equals(reason, that.reason)
        && inDoubt == that.inDoubt;
  }

  @Override
  public int hashCode() {
    return Objects.hash(taken, error, reason, inDoubt);
  }

  /** For example {@code 12 taken} or {@code 3 taken, then EAGAIN: the buffer is full}. */
  @Override
  public String toString() {
    return taken
        + " taken"
        + (error == null ? "" : ", then " + error + ": " + reason)
        + (inDoubt == 0 ? "" : " (" + inDoubt + " in doubt)");
  }
}
