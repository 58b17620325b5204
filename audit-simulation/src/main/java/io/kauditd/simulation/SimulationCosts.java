// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import java.time.Duration;

/**
 * How long the engine's own work takes in virtual time. The defaults are close to measurements of
 * the netlink transport.
 *
 * @param send one attempt to send a record, waiting for room not included
 * @param pass one pass, whatever it sends
 * @param wakeUp from a record to the pass that it wakes the kauditd thread for
 * @param log one call of a producer, waiting not included
 * @since 0.1.0
 */
public record SimulationCosts(Duration send, Duration pass, Duration wakeUp, Duration log) {
  /** The costs of a scenario that sets none. */
  public static final SimulationCosts DEFAULTS =
      new SimulationCosts(micros(1), micros(2), micros(20), micros(1));

  private static Duration micros(int us) {
    return Duration.ofNanos(1000L * us);
  }
}
