// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditSettings;
import java.time.Duration;
import java.util.List;

/**
 * What the simulator plays: the producers, the daemon and the settings. {@link ScenarioFile} reads
 * one from a file.
 *
 * @param title one line for people
 * @param duration how long it lasts, in virtual time
 * @param seed the seed of all random choices; the same seed gives the same result
 * @param producers how many producers there are; each waits on its own when the backlog is full
 * @param settings the engine's settings
 * @param arrivals when records are logged
 * @param daemon the other end
 * @param costs how long the engine's own work takes
 * @param policies the ids of the error policies to compare
 * @since 0.1.0
 */
public record Scenario(
    String title,
    Duration duration,
    long seed,
    int producers,
    AuditSettings settings,
    Arrivals arrivals,
    DaemonModel daemon,
    SimulationCosts costs,
    List<String> policies) {
  /** Maximum number of producers. */
  public static final int MAX_PRODUCERS = 64;

  /** Copies the policies. */
  public Scenario {
    policies = List.copyOf(policies);
  }

  /** This scenario with another seed. */
  public Scenario withSeed(long newSeed) {
    return new Scenario(
        title, duration, newSeed, producers, settings, arrivals, daemon, costs, policies);
  }

  /** This scenario with other policies. */
  public Scenario withPolicies(List<String> ids) {
    return new Scenario(title, duration, seed, producers, settings, arrivals, daemon, costs, ids);
  }
}
