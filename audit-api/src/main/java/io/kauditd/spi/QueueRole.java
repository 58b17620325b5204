// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * The three queues of kauditd.
 *
 * @since 0.1.0
 */
public enum QueueRole {
  /** Takes records from producers; each of them passes through it once. */
  MAIN,
  /** Keeps records that a connected daemon could not take just now. */
  RETRY,
  /** Keeps records while no daemon is there. */
  HOLD
}
