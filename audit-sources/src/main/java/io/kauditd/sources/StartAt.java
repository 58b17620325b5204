// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

/**
 * Where a {@link FileSource} begins if there is no checkpoint. Later versions may add values.
 *
 * @since 0.1.0
 */
public enum StartAt {
  /** At the beginning of the file. */
  BEGINNING,
  /** At its end: what is in it is not read. */
  END,
  /** Nowhere: there has to be a checkpoint. */
  CHECKPOINT
}
