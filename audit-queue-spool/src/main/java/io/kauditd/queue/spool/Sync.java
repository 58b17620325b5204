// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

/**
 * When a spool forces its writes to the disk. A program that is killed loses nothing in any mode;
 * the modes differ when the machine loses power.
 *
 * @since 0.1.0
 */
public enum Sync {
  /** When the kernel sees fit. */
  NONE,
  /** At the end of every pass of the engine. */
  PASS,
  /** Each record before it counts as taken, and what was acknowledged at the end of every pass. */
  DATA
}
