// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.spi.SendResult;

/**
 * Is told what the kauditd thread does, so that a test can measure what the engine itself costs.
 */
interface PassObserver {
  /** Nobody looks. */
  PassObserver NONE =
      new PassObserver() {
        @Override
        public void passBegins(long nowNs) {}

        @Override
        public void sendBegins() {}

        @Override
        public void sendEnded(SendResult result) {}

        @Override
        public void passEnded(long nowNs) {}
      };

  /** A pass begins. */
  void passBegins(long nowNs);

  /** The transport is called, and virtual time may pass: producers log meanwhile. */
  void sendBegins();

  /** The transport has returned. */
  void sendEnded(SendResult result);

  /** A pass has ended. */
  void passEnded(long nowNs);
}
