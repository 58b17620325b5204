// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.core.KernelPolicy;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.spi.ErrorPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Walks every interleaving of a small world: up to 4 records, limits of 1 to 3, every send result,
 * and connects, disconnects and records logged between any two attempts.
 */
class EveryInterleavingTest {
  /** Records that are in flight while the retry queue is moved to the hold queue come on top. */
  private static final int KERNEL_HOLD_SLACK = 1;

  @ParameterizedTest(name = "ordered, limit {0}, auditDefault {1}")
  @CsvSource({"1, true", "2, true", "3, true", "1, false", "2, false", "3, false"})
  void orderedKeepsOrderBoundsAndLedger(int limit, boolean auditDefault) {
    SmallWorldWalker walker =
        walker(
            new OrderedPolicy(),
            limit,
            auditDefault,
            world -> {
              List<String> faults = new ArrayList<>(world.faults(true, 0));
              if (!world.delivered().equals(world.delivered().stream().sorted().toList())) {
                faults.add("records were delivered out of order: " + world.delivered());
              }
              return faults;
            });

    assertThat(walker.walk()).isEmpty();
    assertThat(walker.foundEndlessPass()).isFalse();
    report("ordered", limit, auditDefault, walker);
  }

  @ParameterizedTest(name = "{0}, limit {1}, auditDefault {2}")
  @CsvSource({
    "MAINLINE, 1, true",
    "MAINLINE, 2, true",
    "MAINLINE, 3, true",
    "MAINLINE, 2, false",
    "RFC, 1, true",
    "RFC, 2, false"
  })
  void thePatchKeepsBoundsAndLedger(KernelPolicy policy, int limit, boolean auditDefault) {
    SmallWorldWalker walker =
        walker(policy, limit, auditDefault, world -> world.faults(true, KERNEL_HOLD_SLACK));

    assertThat(walker.walk()).isEmpty();
    assertThat(walker.foundEndlessPass()).isFalse();
    report(policy.id(), limit, auditDefault, walker);
  }

  @ParameterizedTest(name = "v5.16, limit {0}")
  @CsvSource({"1", "2"})
  void theWalkerCatchesTheEndlessPassOfV516(int limit) {
    SmallWorldWalker walker =
        walker(KernelPolicy.V5_16, limit, true, world -> world.faults(false, KERNEL_HOLD_SLACK));

    assertThat(walker.walk()).isEmpty();
    assertThat(walker.foundEndlessPass()).isTrue();
    report("v5.16", limit, true, walker);
  }

  @ParameterizedTest(name = "mainline, limit {0}")
  @CsvSource({"2", "3"})
  void theWalkerSeesThatMainlineLosesTheOrder(int limit) {
    SmallWorldWalker walker =
        walker(
            KernelPolicy.MAINLINE,
            limit,
            true,
            world ->
                world.delivered().equals(world.delivered().stream().sorted().toList())
                    ? List.of()
                    : List.of("out of order"));

    assertThat(walker.walk()).isNotEmpty();
  }

  private static SmallWorldWalker walker(
      ErrorPolicy policy,
      int limit,
      boolean auditDefault,
      java.util.function.Function<SmallWorld, List<String>> check) {
    return new SmallWorldWalker(
        () ->
            new SmallWorld(policy, limit, auditDefault, Integer.getInteger("walker.meanwhiles", 1)),
        check);
  }

  private static void report(String policy, int limit, boolean held, SmallWorldWalker walker) {
    System.out.printf(
        "%s, limit %d, auditDefault %b: %d states, %d runs%n",
        policy, limit, held, walker.states(), walker.runs());
  }
}
