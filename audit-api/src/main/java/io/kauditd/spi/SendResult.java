// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a batch: how many records were taken, counted from the first, and why no more.
 * Immutable.
 *
 * <p>With an error, the record after the last one taken is the one that failed. Records pulled
 * after it were not tried, nor were those that are left over without an error; the next call offers
 * them again.
 *
 * <p>Over a protocol whose daemon acknowledges, a record that was written and not acknowledged may
 * have arrived. It was not taken, so it is sent again, and may then be there twice. {@link
 * #withInDoubt} says how many such records there are; the engine counts those that it offers again
 * as {@link io.kauditd.api.Ledger#sentAgain sent again}.
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
   * Records were taken, from the front of the batch; if more were pulled, they were not tried.
   *
   * @param taken how many, 1 or more: a transport pulls one record at least, which is then taken or
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
   * @param error why the next one was not
   * @param reason the cause in words, for the status and the log: {@code write to audit.log: No
   *     space left on device}. A message of an exception may be null; {@code String.valueOf(e)}
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
   * The same result, saying that the next records after those taken may have arrived all the same:
   * they were written, and their acknowledgement did not come.
   *
   * <pre>{@code
   * SendResult.failed(acknowledged, SendError.ECONNREFUSED, "no acknowledgement in time")
   *     .withInDoubt(written - acknowledged)
   * }</pre>
   *
   * <p>Too high a number is better than one too low: it counts doubles that cannot be excluded.
   * What the transport knows it will not write again, since it still waits for its acknowledgement,
   * is not in doubt.
   *
   * @param records how many, counted from the one that failed; 0 or more, and no more than were
   *     pulled and not taken
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if there is no error: what was written and is not in doubt was
   *     taken
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

  /** Why the next record was not taken; null if all were. */
  public @Nullable SendError error() {
    return error;
  }

  /** The cause in words; null if there is no error. */
  public @Nullable String reason() {
    return reason;
  }

  /**
   * Records behind those taken, the failed one first, that may have arrived; see {@link
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
