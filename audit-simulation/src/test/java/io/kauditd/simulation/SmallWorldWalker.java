// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.ProducerContext;
import io.kauditd.fixtures.DeepSearch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Walks every state that a {@link SmallWorld} can come to, with transports that pull 1, 2 and 3
 * records ahead side by side: the same choices must lead to the same state. From each state between
 * two passes it takes every action; a pass is taken with every sequence of choices. Two ways to the
 * same point are followed on once: the point is everything that has happened, but for how often a
 * record that was settled had been tried before.
 */
final class SmallWorldWalker {
  /** A fault ends the walk when this many have been found. */
  private static final int MAX_FAULTS = 5;

  private static final int MAX_PULL_AHEAD = 3;

  private final IntFunction<SmallWorld> newWorld;
  private final Function<SmallWorld, List<String>> check;
  private final ArrayDeque<List<Action>> open = new ArrayDeque<>();
  private final Set<String> seen = new HashSet<>();
  private final List<String> faults = new ArrayList<>();
  private long runs;
  private boolean endless;

  /** Something that happens between two passes, or a pass with its choices. */
  private sealed interface Action {
    record Log(ProducerContext context) implements Action {}

    record Connect() implements Action {}

    record Disconnect() implements Action {}

    record Pass(List<Integer> choices) implements Action {}
  }

  /**
   * A walker.
   *
   * @param newWorld makes a world whose transport pulls so many records ahead
   * @param check what is wrong with a world between two passes
   */
  SmallWorldWalker(IntFunction<SmallWorld> newWorld, Function<SmallWorld, List<String>> check) {
    this.newWorld = newWorld;
    this.check = check;
  }

  /** Walks all, or until its time is over; returns the faults found, each with the way to it. */
  List<String> walk(DeepSearch search) {
    arrive(List.of(), newWorld.apply(1));
    while (!open.isEmpty() && faults.size() < MAX_FAULTS && search.goesOn()) {
      long before = runs;
      List<Action> way = open.poll();
      if (replay(way, 1).canLog()) {
        take(way, new Action.Log(ProducerContext.ATOMIC));
        take(way, new Action.Log(ProducerContext.DAEMON));
      }
      take(way, new Action.Connect());
      take(way, new Action.Disconnect());
      takeEveryPass(way);
      search.tried(runs - before);
    }
    if (open.isEmpty()) {
      search.done();
    }
    return faults;
  }

  /** Whether a pass was found that has no end. */
  boolean foundEndlessPass() {
    return endless;
  }

  private SmallWorld replay(List<Action> way, int pullAhead) {
    runs++;
    SmallWorld world = newWorld.apply(pullAhead);
    way.forEach(action -> perform(world, action));
    return world;
  }

  private void perform(SmallWorld world, Action action) {
    switch (action) {
      case Action.Log(ProducerContext context) -> world.log(context);
      case Action.Connect() -> world.connect(7);
      case Action.Disconnect() -> world.disconnect();
      case Action.Pass(List<Integer> choices) -> world.pass(new Choices(choices));
    }
  }

  private void take(List<Action> way, Action action) {
    SmallWorld world = replay(way, 1);
    perform(world, action);
    arrive(with(way, action), world);
  }

  private void takeEveryPass(List<Action> way) {
    Set<String> points = new HashSet<>();
    ArrayDeque<List<Integer>> prefixes = new ArrayDeque<>();
    prefixes.add(List.of());
    while (!prefixes.isEmpty()) {
      List<Integer> prefix = prefixes.poll();
      SmallWorld world = replay(way, 1);
      Choices choices = new Choices(prefix);
      if (!world.pass(choices)) {
        endless = true;
      }
      List<Action> longer = with(way, new Action.Pass(choices.made));
      compareWithThosePulledAhead(longer, world);
      arrive(longer, world);
      for (int i = prefix.size(); i < choices.made.size(); i++) {
        if (!points.add(choices.points.get(i - prefix.size()))) {
          break; // others have been here; what lies behind is followed from there
        }
        for (int other = 1; other < choices.counts.get(i); other++) {
          List<Integer> branch = new ArrayList<>(choices.made.subList(0, i));
          branch.add(other);
          prefixes.add(branch);
        }
      }
    }
  }

  /** The same way with transports that pull more comes to the same. */
  private void compareWithThosePulledAhead(List<Action> way, SmallWorld one) {
    for (int ahead = 2; ahead <= MAX_PULL_AHEAD && !one.wasEndless(); ahead++) {
      String state = replay(way, ahead).stateAndLedger();
      String expected = one.stateAndLedger();
      if (!state.equals(expected)) {
        faults.add("pulling " + ahead + " ahead: " + state + ", and 1: " + expected + "; " + way);
      }
    }
  }

  private static List<Action> with(List<Action> way, Action action) {
    List<Action> longer = new ArrayList<>(way);
    longer.add(action);
    return longer;
  }

  private void arrive(List<Action> way, SmallWorld world) {
    for (String fault : check.apply(world)) {
      faults.add(fault + "; the way there: " + way);
    }
    if (seen.add(world.state())) {
      open.add(way);
    }
  }

  /** Makes the choices it was given, then always the first; remembers what there was to choose. */
  private static final class Choices implements SmallWorld.Oracle {
    private final List<Integer> given;
    private final List<Integer> made = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();
    private final List<String> points = new ArrayList<>(); // of those that were not given

    Choices(List<Integer> given) {
      this.given = given;
    }

    @Override
    public int choose(int count, Supplier<String> point) {
      boolean isGiven = made.size() < given.size();
      int choice = isGiven ? given.get(made.size()) : 0;
      if (!isGiven) {
        points.add(point.get());
      }
      made.add(choice);
      counts.add(count);
      return choice;
    }
  }
}
