// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import java.util.List;

/**
 * The results of a scenario under each of its policies.
 *
 * @param scenario the scenario
 * @param results the results, in the order of the policies
 * @since 0.1.0
 */
public record SimulationReport(Scenario scenario, List<SimulationResult> results) {
  /** Copies the results. */
  public SimulationReport {
    results = List.copyOf(results);
  }

  /** The results as a table, one column a policy, for people. Ends with a line end. */
  public String table() {
    return new SimulationTable(this).text();
  }

  /** The results as a JSON object, with the samples, for programs. Ends with a line end. */
  public String json() {
    return new SimulationJson(this).text();
  }
}
