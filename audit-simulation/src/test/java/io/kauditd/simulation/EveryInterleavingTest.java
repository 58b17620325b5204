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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks every interleaving of a small world: a few records of two producers, small limits, every
 * send result, and connects, disconnects and records logged between any two attempts; with
 * transports that pull 1, 2 and 3 records ahead.
 *
 * <p>Each build walks two records with one event of others in a pass, with limits of 1 and 2.
 * {@code ./dev deep} walks two records with two events and three records with one, with limits of
 * 1, 2 and 3; {@code ./dev deep --long} three records with two events as well.
 */
@Tag(Deep.TAG)
class EveryInterleavingTest {
  /** A record that is in flight while the retry queue is moved to the hold queue comes on top. */
  private static final int KERNEL_HOLD_SLACK = 1;

  private static final SmallWorld.Size BRIEF = new SmallWorld.Size(2, 1);
  private static final SmallWorld.Size BUSY = new SmallWorld.Size(2, 2);
  private static final SmallWorld.Size LONG = new SmallWorld.Size(3, 1);
  private static final SmallWorld.Size LONG_AND_BUSY = new SmallWorld.Size(3, 2);

  private static final int MOST_RECORDS = 3;

  private static List<SmallWorld.Size> sizes() {
    return List.of(BRIEF, BUSY, LONG, LONG_AND_BUSY)
        .subList(Deep.isDeep() ? 1 : 0, (int) Deep.count(1, 3, 4));
  }

  /** With the backlog limit, and whether what is not sent is held. */
  static Stream<Arguments> worlds() {
    return sizes().stream()
        .flatMap(size ->
            IntStream.rangeClosed(1, Deep.isDeep() ? MOST_RECORDS : size.records())
                .boxed()
                .flatMap(limit ->
                    Stream.of(true, false)
                        .map(auditDefault -> Arguments.of(size, limit, auditDefault))));
  }

  static Stream<Arguments> patchedWorlds() {
    return Stream.of(KernelPolicy.MAINLINE, KernelPolicy.RFC)
        .limit(Deep.isDeep() ? 2 : 1)
        .flatMap(policy ->
            worlds()
                .map(
                    world -> Arguments.of(policy, world.get()[0], world.get()[1], world.get()[2])));
  }

  /** Passes without an end take many attempts each, so that each build walks one limit. */
  static Stream<Arguments> worldsOf516() {
    return worlds()
        .filter(world -> (boolean) world.get()[2])
        .map(world -> Arguments.of(world.get()[0], world.get()[1]))
        .limit(Deep.isDeep() ? Long.MAX_VALUE : 1);
  }

  @ParameterizedTest(name = "ordered, {0}, limit {1}, auditDefault {2}")
  @MethodSource("worlds")
  void orderedKeepsOrderBoundsAndLedger(SmallWorld.Size size, int limit, boolean auditDefault) {
    SmallWorldWalker walker =
        walker(
            new OrderedPolicy(),
            size,
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

  @ParameterizedTest(name = "{0}, {1}, limit {2}, auditDefault {3}")
  @MethodSource("patchedWorlds")
  void thePatchKeepsBoundsAndLedger(
      KernelPolicy policy, SmallWorld.Size size, int limit, boolean auditDefault) {
    SmallWorldWalker walker =
        walker(policy, size, limit, auditDefault, world -> world.faults(true, KERNEL_HOLD_SLACK));

    walkWithoutFault(walker);

    assertThat(walker.foundEndlessPass()).isFalse();
  }

  @ParameterizedTest(name = "v5.16, {0}, limit {1}")
  @MethodSource("worldsOf516")
  void theWalkerCatchesTheEndlessPassOfV516(SmallWorld.Size size, int limit) {
    SmallWorldWalker walker =
        walker(
            KernelPolicy.V5_16, size, limit, true, world -> world.faults(false, KERNEL_HOLD_SLACK));

    walkWithoutFault(walker);

    assertThat(walker.foundEndlessPass()).isTrue();
  }

  @Test
  void theWalkerSeesThatMainlineLosesTheOrder() {
    SmallWorldWalker walker =
        walker(
            KernelPolicy.MAINLINE,
            LONG,
            2,
            true,
            world -> isInOrder(world) ? List.of() : List.of("out of order"));

    try (DeepSearch worlds = Deep.searchEvery("small worlds, until the order is lost")) {
      assertThat(walker.walk(worlds)).isNotEmpty();
      worlds.done();
    }
  }

  private static boolean isInOrder(SmallWorld world) {
    return world.delivered().equals(world.delivered().stream().sorted().toList());
  }

  private static SmallWorldWalker walker(
      ErrorPolicy policy,
      SmallWorld.Size size,
      int limit,
      boolean auditDefault,
      Function<SmallWorld, List<String>> check) {
    return new SmallWorldWalker(
        pullAhead -> new SmallWorld(policy, size, limit, auditDefault, pullAhead), check);
  }

  private static void walkWithoutFault(SmallWorldWalker walker) {
    try (DeepSearch worlds = Deep.searchEvery("small worlds, every interleaving")) {
      List<String> faults = walker.walk(worlds);
      faults.forEach(fault -> worlds.fault());

      assertThat(faults).isEmpty();
    }
  }
}
