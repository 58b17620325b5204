// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

/**
 * When what was written is forced to the disk. In every mode, a record that was reported as taken
 * survives the death of this process, because the kernel has it. The modes differ in what survives
 * the death of the machine. They are the audit daemon's.
 *
 * @since 0.1.0
 */
public enum FlushMode {
  /** Never, other than by the operating system in its own time. */
  NONE,
  /** Each time a number of records was written; those since then may be lost. */
  INCREMENTAL,
  /** Each batch, before its records count as taken: the data, and what is needed to read it. */
  DATA,
  /** Forces each batch, its data and the file's metadata, before its records count as taken. */
  SYNC;

  /** Whether anything is forced at all. */
  boolean forces() {
    return this != NONE;
  }

  /** Whether a batch is forced before its records count as taken. */
  boolean forcesBatches() {
    return this == DATA || this == SYNC;
  }
}
