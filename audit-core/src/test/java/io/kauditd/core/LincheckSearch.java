// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/** Searches of Lincheck that compare a class with a model of it without concurrency. */
final class LincheckSearch {
  private final String of;
  private final Class<?> test;
  private final Class<?> model;

  /**
   * A search.
   *
   * @param of completes "Lincheck scenarios of"
   * @param test has the operations
   * @param model has the same operations
   */
  LincheckSearch(String of, Class<?> test, Class<?> model) {
    this.of = of;
    this.test = test;
    this.model = model;
  }

  private DeepSearch scenarios() {
    return Deep.search("Lincheck scenarios of " + of, 2, 500, 5_000);
  }

  void underStress() {
    try (DeepSearch scenarios = scenarios()) {
      new StressOptions()
          .threads(3)
          .actorsPerThread(3)
          .iterations((int) scenarios.count())
          .invocationsPerIteration(500)
          .sequentialSpecification(model)
          .check(test);
      scenarios.tried(scenarios.count());
    }
  }

  /** Tries every schedule; the options may have more settings than the model. */
  void underEverySchedule(ModelCheckingOptions options, int invocations) {
    try (DeepSearch scenarios = scenarios()) {
      options
          .threads(3)
          .actorsPerThread(2)
          .iterations((int) scenarios.count())
          .invocationsPerIteration(invocations)
          .checkObstructionFreedom(false)
          .sequentialSpecification(model)
          .check(test);
      scenarios.tried(scenarios.count());
    }
  }
}
