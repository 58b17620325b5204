// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.opentest4j.TestAbortedException;

/** What the contracts have in common: deviations that are declared, and patience. */
@ExtendWith(HangGuard.class)
abstract class Contract {
  /**
   * Rules that this plug-in does not follow, each with the reason. Their tests are skipped and show
   * the reason. So is any other test that fails because of such a rule. Tell the users of the
   * plug-in about these rules, too.
   *
   * @return for example {@code Map.of("T8", "the medium never refuses")}
   */
  protected Map<String, String> deviations() {
    return Map.of();
  }

  /**
   * How much later than a rule says something may happen before its test fails. This allows for a
   * slow machine.
   */
  protected Duration patience() {
    return Duration.ofSeconds(5);
  }

  /** How long a test waits for something that must happen, before it fails. */
  protected Duration deadline() {
    return Duration.ofSeconds(20);
  }

  /** How long a whole test may take: longer than all that its own messages speak of. */
  final Duration testLimit() {
    return deadline().multipliedBy(3).plus(patience().multipliedBy(4));
  }

  /**
   * How long a test has waited in vain for the plug-in, in words; null if it has not. Another
   * thread asks this from time to time.
   */
  @Nullable String overdue() {
    return null;
  }

  /** Whether the plug-in says that it does not follow a rule. */
  final boolean deviatesFrom(Rule rule) {
    return deviations().containsKey(rule.name());
  }

  /** Skips a test whose rule the plug-in says it does not follow. */
  final void checks(Rule rule) {
    Assumptions.assumeFalse(deviatesFrom(rule), () -> notFollowed(rule));
  }

  /**
   * The rule that a failure is blamed on. If the check depends on a rule that the plug-in says it
   * does not follow, it is that one; otherwise it is the check's own.
   */
  final Rule blame(Rule own, Rule... leansOn) {
    for (Rule rule : leansOn) {
      if (deviatesFrom(rule)) {
        return rule;
      }
    }
    return own;
  }

  /**
   * Turns a failure into a skipped test if it names a rule that the plug-in says it does not
   * follow. Tests depend on more rules than the one that they are named after.
   */
  final Throwable judged(Throwable failure) {
    Rule broken = Rule.namedBy(failure);
    return broken != null && deviatesFrom(broken)
        ? new TestAbortedException(notFollowed(broken), failure)
        : failure;
  }

  private String notFollowed(Rule rule) {
    return rule.name() + " is not followed: " + deviations().get(rule.name());
  }

  /** Checks what a part names that it receives from or sends to. */
  final void checkEndpoints(Rule rule, Supplier<Set<URI>> endpoints) {
    Set<URI> named = endpoints.get();
    assertThat(named).as(rule.when("endpoints")).isNotNull();
    for (URI endpoint : named) {
      assertThat(endpoint.isAbsolute())
          .as(rule.when("endpoint without a scheme: %s", endpoint))
          .isTrue();
    }
    assertThat(endpoints.get())
        .as(rule.when("endpoints that were another time others"))
        .isEqualTo(named);
  }

  /** What only the author can make; skips a test that needs it and has it not. */
  static <T> T needed(@Nullable T given, Rule rule, String method) {
    needs(given != null, rule, method);
    return Objects.requireNonNull(given);
  }

  /** Skips a test that needs what only the author can do. */
  static void needs(boolean possible, Rule rule, String method) {
    Assumptions.assumeTrue(possible, () -> rule.name() + " is not checked: override " + method);
  }
}
