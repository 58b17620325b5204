// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/** A clock that the test moves. */
final class HandMovedClock implements EngineClock {
  long now;

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public long currentTimeMs() {
    return now / 1_000_000;
  }
}
