// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * The three queues of kauditd.
 *
 * <p>Later versions may add a queue. A policy that switches over them needs a {@code default} that
 * answers {@link Routing#requeueLast()}: the record stays in its queue.
 *
 * @since 0.1.0
 */
public enum QueueRole {
  /** Takes records from producers; each of them passes through it once. */
  MAIN,
  /** Keeps records that a connected daemon could not take just now. */
  RETRY,
  /** Keeps records while no daemon is connected. */
  HOLD
}
