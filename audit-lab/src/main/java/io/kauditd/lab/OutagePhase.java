// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

/** What the daemon does while a record is logged. */
enum OutagePhase {
  /** It reads; not measured. */
  WARM_UP,
  /** It reads. */
  BEFORE,
  /** It is stopped. */
  DURING,
  /** It reads again, what was held first. */
  AFTER
}
