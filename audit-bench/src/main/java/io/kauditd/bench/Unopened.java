// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

/** Stands where a relay will be once it is opened. */
enum Unopened implements Relay {
  RELAY;

  @Override
  public void put() {
    throw new IllegalStateException("not opened");
  }

  @Override
  public long taken() {
    return 0;
  }

  @Override
  public void close() {}
}
