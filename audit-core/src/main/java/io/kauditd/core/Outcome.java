// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.SendError;

/** What came of one call of the transport, after what it took is settled. */
sealed interface Outcome {
  /** All that it was given to the end was taken. */
  record Sent(int records) implements Outcome {}

  /** The record that is now at the head of the stage, or the next of the queue, was refused. */
  record Refused(SendError error) implements Outcome {}
}
