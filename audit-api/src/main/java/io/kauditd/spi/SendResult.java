// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import org.jspecify.annotations.Nullable;

/**
 * What became of a batch: how many records were taken, counted from the first, and why no more.
 *
 * <p>With an error, the record after the last one taken is the one that failed. Records pulled
 * after it were not tried, nor were those that are left over without an error; the next call offers
 * them again.
 *
 * @param taken records delivered, from the front of the batch; 0 or more, and no more than were
 *     pulled; without an error 1 or more
 * @param error why the next record was not; null for none
 * @param reason the cause in words, for the status and the log: {@code write to audit.log: No space
 *     left on device}; null with no error
 * @since 0.1.0
 */
public record SendResult(int taken, @Nullable SendError error, @Nullable String reason) {
  /** {@code taken} records were taken; if more were pulled, they were not tried. */
  public static SendResult sent(int taken) {
    return new SendResult(taken, null, null);
  }

  /** {@code taken} records were taken, and the next one failed. */
  public static SendResult failed(int taken, SendError error, String reason) {
    return new SendResult(taken, error, reason);
  }
}
