// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

/** Hands nothing over: what the machine and the measuring cost by themselves. */
final class Nothing implements Relay {
  private final Taken count = new Taken();

  @Override
  public void put() {
    count.add(1);
  }

  @Override
  public long taken() {
    return count.get();
  }

  @Override
  public void close() {}
}
