// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows a wrong configuration as a sentence, and not as a stack trace. */
final class KauditdFailureAnalyzer extends AbstractFailureAnalyzer<KauditdConfigurationException> {
  @Override
  protected FailureAnalysis analyze(Throwable root, KauditdConfigurationException cause) {
    return new FailureAnalysis(
        "The audit log cannot be started: " + cause.getMessage(),
        "Correct what the application's configuration says under 'kauditd', or set"
            + " kauditd.enabled=false to run without it.",
        root);
  }
}
