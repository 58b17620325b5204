// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * How a record failed to be sent.
 *
 * @param queue the queue it was taken from
 * @param error the error, never {@link SendError#REJECTED}; {@link SendError#ECONNREFUSED} for a
 *     record that was not tried because there was nobody to send to, or because the walk had
 *     stopped sending
 * @param attempts failed attempts in a row with this record, 1 to 1,000; 0 if it was not tried
 * @param connected whether the walk over this queue began with a daemon to send to
 * @since 0.1.0
 */
public record FailedSend(QueueRole queue, SendError error, int attempts, boolean connected) {
  /** Whether the record was tried at all. */
  public boolean tried() {
    return attempts > 0;
  }
}
