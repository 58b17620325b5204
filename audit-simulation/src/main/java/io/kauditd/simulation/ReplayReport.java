// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import java.util.List;

/**
 * The result of replaying a file of scenarios.
 *
 * @param scenarios how many there were
 * @param failures those that failed, in the order of the file
 * @since 0.1.0
 */
public record ReplayReport(int scenarios, List<Failure> failures) {
  /** Copies the list. */
  public ReplayReport {
    failures = List.copyOf(failures);
  }

  /** How many scenarios passed. */
  public int passed() {
    return scenarios - failures.size();
  }

  /**
   * A scenario that failed, at its first differing step.
   *
   * @param line the line in the file, from 1: that of the scenario, or in the text form that of the
   *     step
   * @param scenario its name
   * @param stepNumber the step, from 1; 0 if the scenario could not be read
   * @param step the step without what is expected, in the form of the file
   * @param differences what was expected and what came instead
   */
  public record Failure(
      int line, String scenario, int stepNumber, String step, List<Difference> differences) {
    /** Copies the list. */
    public Failure {
      differences = List.copyOf(differences);
    }
  }

  /**
   * One field that differs.
   *
   * @param field the field of {@code expect}
   * @param expected its value in the file, in the form of the file
   * @param actual the engine's, in the same form
   */
  public record Difference(String field, String expected, String actual) {}
}
