// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Has Lincheck compare a class, whose operations the test has, with a model of it. */
abstract class LincheckTest {
  private final String of;
  private final Class<?> model;

  /**
   * A test.
   *
   * @param of completes "Lincheck scenarios of"
   * @param model has the same operations, without concurrency
   */
  LincheckTest(String of, Class<?> model) {
    this.of = of;
    this.model = model;
  }

  private DeepSearch scenarios() {
    return Deep.search("Lincheck scenarios of " + of, 2, 500, 5_000);
  }

  /** What the model checker is told about the class, beside what all are told. */
  ModelCheckingOptions options() {
    return new ModelCheckingOptions();
  }

  /** How many schedules of a scenario the model checker tries. */
  int schedules() {
    return 300;
  }

  @Test
  @Tag(Deep.TAG)
  void underStress() {
    try (DeepSearch scenarios = scenarios()) {
      new StressOptions()
          .threads(3)
          .actorsPerThread(3)
          .iterations((int) scenarios.count())
          .invocationsPerIteration(500)
          .sequentialSpecification(model)
          .check(getClass());
      scenarios.tried(scenarios.count());
    }
  }

  @Test
  @Tag(Deep.TAG)
  void underEveryScheduleOfAModelChecker() {
    try (DeepSearch scenarios = scenarios()) {
      options()
          .threads(3)
          .actorsPerThread(2)
          .iterations((int) scenarios.count())
          .invocationsPerIteration(schedules())
          .checkObstructionFreedom(false)
          .sequentialSpecification(model)
          .check(getClass());
      scenarios.tried(scenarios.count());
    }
  }
}
