// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Deep;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every rule has a plug-in that breaks it, which fails the test of that rule with a message that
 * its author understands; and a plug-in that breaks none passes.
 */
class BrokenPluginsTest {
  private static final List<Class<?>> CONTRACTS =
      List.of(
          PluginProviderContract.class,
          AuditQueueContract.class,
          TransportContract.class,
          ErrorPolicyContract.class,
          RecordSourceContract.class);

  static Stream<Class<?>> broken() {
    return Stream.of(
            BrokenProviders.class,
            BrokenQueues.class,
            BrokenTransports.class,
            BrokenPolicies.class,
            BrokenSources.class)
        .flatMap(group -> Arrays.stream(group.getDeclaredClasses()))
        .filter(type -> type.isAnnotationPresent(Broken.class));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void failsTheTestOfItsRule(Class<?> contract) {
    Broken broken = contract.getAnnotation(Broken.class);
    ContractRun run = ContractRun.of(contract, broken.test());

    assertThat(run.failed()).containsOnlyKeys(broken.test());
    assertThat(run.failed().get(broken.test()))
        .contains(broken.rule().name() + ": " + broken.rule().summary())
        .contains("docs/reference/spi-rules.md#" + broken.rule().name().toLowerCase(Locale.ROOT))
        .contains(broken.says());
  }

  /** Those whose deviation other rules' tests meet, too; all of them in {@code ./dev deep}. */
  static Stream<Class<?>> declared() {
    Set<Rule> sample =
        EnumSet.of(
            Rule.G5, Rule.Q2, Rule.Q12, Rule.T8, Rule.T9, Rule.T14, Rule.P1, Rule.P5, Rule.S4);
    return broken()
        .filter(type -> Deep.isDeep() || sample.contains(type.getAnnotation(Broken.class).rule()));
  }

  /**
   * A plug-in that says what it does not follow passes: tests lean on more rules than their own.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("declared")
  @Tag(Deep.TAG)
  void passesIfItDeclaresTheDeviation(Class<?> contract) {
    Broken broken = contract.getAnnotation(Broken.class);
    ContractRun run = Declared.run(contract, broken);

    assertThat(run.failed()).isEmpty();
    assertThat(run.skipped()).containsKey(broken.test());
    assertThat(run.skipped().get(broken.test()))
        .contains(broken.rule() + " is not followed: " + Declared.REASON);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        BrokenProviders.Sound.class,
        BrokenQueues.Sound.class,
        BrokenTransports.Sound.class,
        BrokenPolicies.Sound.class,
        BrokenSources.Sound.class
      })
  void aSoundPluginPasses(Class<?> contract) {
    ContractRun run = ContractRun.of(contract);

    assertThat(run.failed()).isEmpty();
    assertThat(run.skipped().keySet())
        .isSubsetOf("g5_serviceLoaderFindsTheProvider", "p9_orderIsKeptIfItIsPromised");
    assertThat(run.passed()).isNotEmpty();
  }

  @Test
  void everyRuleHasATestNamedAfterIt() {
    assertThat(rulesTested()).isEqualTo(EnumSet.allOf(Rule.class));
  }

  @Test
  void everyRuleHasAPluginThatBreaksIt() {
    Set<Rule> covered =
        broken()
            .map(type -> type.getAnnotation(Broken.class).rule())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Rule.class)));

    assertThat(covered).isEqualTo(EnumSet.allOf(Rule.class));
  }

  private static Set<Rule> rulesTested() {
    return CONTRACTS.stream()
        .flatMap(contract -> Arrays.stream(contract.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(Method::getName)
        .map(name -> Rule.valueOf(name.substring(0, name.indexOf('_')).toUpperCase(Locale.ROOT)))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Rule.class)));
  }
}
