// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets a contract with a broken plug-in run once as it is, and once with its deviation declared.
 */
final class Declared {
  static final String REASON = "this one cannot";

  private static final Map<Class<?>, Map<String, String>> DEVIATIONS = new ConcurrentHashMap<>();

  private Declared() {}

  /** What a contract declares just now. */
  static Map<String, String> by(Class<?> contract) {
    return DEVIATIONS.getOrDefault(contract, Map.of());
  }

  /** Runs a contract which declares the rules that it does not follow. */
  static ContractRun run(Class<?> contract, Broken broken) {
    var deviations = new HashMap<String, String>();
    deviations.put(broken.rule().name(), REASON);
    for (Rule rule : broken.deviations()) {
      deviations.put(rule.name(), REASON);
    }
    DEVIATIONS.put(contract, deviations);
    try {
      return ContractRun.of(contract);
    } finally {
      DEVIATIONS.remove(contract);
    }
  }
}
