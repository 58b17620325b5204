// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a contract as an author's build would, and keeps what came of it. */
final class ContractRun implements TestExecutionListener {
  private final Map<String, String> failed = new LinkedHashMap<>();
  private final Map<String, String> skipped = new LinkedHashMap<>();
  private final Set<String> passed = new TreeSet<>();

  private ContractRun() {}

  /** Runs all tests of a contract. */
  static ContractRun of(Class<?> contract) {
    return of(selectClass(contract));
  }

  /** Runs one test of a contract. */
  static ContractRun of(Class<?> contract, String test) {
    return of(selectMethod(contract, test));
  }

  private static ContractRun of(DiscoverySelector selector) {
    var run = new ContractRun();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selector)
                .configurationParameter(
                    LauncherConstants.STACKTRACE_PRUNING_ENABLED_PROPERTY_NAME, "false")
                .build(),
            run);
    return run;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    String name = test.getDisplayName().replace("()", "");
    String message = result.getThrowable().map(Throwable::toString).orElse("");
    switch (result.getStatus()) {
      case FAILED -> failed.put(name, message);
      case ABORTED -> skipped.put(name, message);
      case SUCCESSFUL -> {
        if (test.isTest()) {
          passed.add(name);
        }
      }
    }
  }

  /** Test to message. */
  Map<String, String> failed() {
    return failed;
  }

  /** Test to reason. */
  Map<String, String> skipped() {
    return skipped;
  }

  Set<String> passed() {
    return passed;
  }
}
