// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/** Stands in the package until the engine does: an exported package must not be empty. */
final class Unwritten {
  private Unwritten() {}
}
