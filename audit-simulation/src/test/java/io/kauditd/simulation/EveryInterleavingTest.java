// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.core.KernelPolicy;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.spi.ErrorPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks every interleaving of a small world: a few records of two producers, small limits, every
 * send result, and connects, disconnects and records logged between any two attempts; with
 * transports that pull 1, 2 and 3 records ahead. Each build walks limit 2, with one event of others
 * in a pass; {@code ./dev deep} walks all, with two.
 */
@Tag(Deep.TAG)
class EveryInterleavingTest {
  /** A record that is in flight while the retry queue is moved to the hold queue comes on top. */
  private static final int KERNEL_HOLD_SLACK = 1;

  private static final int RECORDS = 3;
  private static final int EVENTS_IN_A_PASS = (int) Deep.count(1, 2, 3);

  private static final List<KernelPolicy> PATCHED =
      List.of(KernelPolicy.MAINLINE, KernelPolicy.RFC);

  /** Limits to walk: the one that finds most in each build, all of them in a deep run. */
  private static Stream<Integer> limits() {
    return Deep.isDeep() ? Stream.of(1, 2, 3) : Stream.of(2);
  }

  static Stream<Arguments> worlds() {
    return limits()
        .flatMap(
            limit -> Stream.of(true, false).map(auditDefault -> Arguments.of(limit, auditDefault)));
  }

  static Stream<Arguments> patchedWorlds() {
    return (Deep.isDeep() ? PATCHED : PATCHED.subList(0, 1))
        .stream()
            .flatMap(policy ->
                worlds().map(world -> Arguments.of(policy, world.get()[0], world.get()[1])));
  }

  @ParameterizedTest(name = "ordered, limit {0}, auditDefault {1}")
  @MethodSource("worlds")
  void orderedKeepsOrderBoundsAndLedger(int limit, boolean auditDefault) {
    SmallWorldWalker walker =
        walker(
            new OrderedPolicy(),
            limit,
            auditDefault,
            world -> {
              List<String> faults = new ArrayList<>(world.faults(true, 0));
              if (!isInOrder(world)) {
                faults.add("records were delivered out of order: " + world.delivered());
              }
              return faults;
            });

    walkWithoutFault(walker);

    assertThat(walker.foundEndlessPass()).isFalse();
  }

  @ParameterizedTest(name = "{0}, limit {1}, auditDefault {2}")
  @MethodSource("patchedWorlds")
  void thePatchKeepsBoundsAndLedger(KernelPolicy policy, int limit, boolean auditDefault) {
    SmallWorldWalker walker =
        walker(policy, limit, auditDefault, world -> world.faults(true, KERNEL_HOLD_SLACK));

    walkWithoutFault(walker);

    assertThat(walker.foundEndlessPass()).isFalse();
  }

  @ParameterizedTest(name = "v5.16, limit {0}")
  @MethodSource("limits")
  void theWalkerCatchesTheEndlessPassOfV516(int limit) {
    SmallWorldWalker walker =
        walker(KernelPolicy.V5_16, limit, true, world -> world.faults(false, KERNEL_HOLD_SLACK));

    walkWithoutFault(walker);

    assertThat(walker.foundEndlessPass()).isTrue();
  }

  @ParameterizedTest(name = "mainline, limit {0}")
  @MethodSource("limits")
  void theWalkerSeesThatMainlineLosesTheOrder(int limit) {
    SmallWorldWalker walker =
        walker(
            KernelPolicy.MAINLINE,
            Math.max(2, limit),
            true,
            world -> isInOrder(world) ? List.of() : List.of("out of order"));

    assertThat(walker.walk()).isNotEmpty();
  }

  private static boolean isInOrder(SmallWorld world) {
    return world.delivered().equals(world.delivered().stream().sorted().toList());
  }

  private static SmallWorldWalker walker(
      ErrorPolicy policy,
      int limit,
      boolean auditDefault,
      Function<SmallWorld, List<String>> check) {
    // A build walks two records where none are held, and where many passes have no end: most of
    // what can happen happens with two.
    boolean inBrief = !Deep.isDeep() && (!auditDefault || policy == KernelPolicy.V5_16);
    var size = new SmallWorld.Size(inBrief ? RECORDS - 1 : RECORDS, EVENTS_IN_A_PASS);
    return new SmallWorldWalker(
        pullAhead -> new SmallWorld(policy, size, limit, auditDefault, pullAhead), check);
  }

  private static void walkWithoutFault(SmallWorldWalker walker) {
    try (DeepSearch worlds = Deep.search("small worlds, every interleaving", 0, 0, 0)) {
      List<String> faults = walker.walk();
      worlds.tried(walker.runs());
      faults.forEach(fault -> worlds.fault());

      assertThat(faults).isEmpty();
    }
  }
}
