// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/** The thread of the engine that was started last. */
final class KauditdThread {
  private KauditdThread() {}

  static Thread find() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("kauditd") && thread.isAlive())
        .reduce((a, b) -> b)
        .orElseThrow();
  }
}
