// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

/**
 * Everything except the kauditd thread: the producers, the daemon and the sampler. They run while
 * the kauditd thread rests, and while a send takes its time.
 */
final class SimulatedWorld {
  private final SimulationClock clock;
  private final long endNs;
  private SimulatedProducers producers;
  private SimulatedDaemon daemon;
  private Sampler sampler;

  /** A world without inhabitants; {@link #settle} brings them. */
  @SuppressWarnings(
      "NullAway.Init") // they need the engine, which needs the transport, which needs this
  SimulatedWorld(SimulationClock clock, long endNs) {
    this.clock = clock;
    this.endNs = endNs;
  }

  void settle(SimulatedProducers newProducers, SimulatedDaemon newDaemon, Sampler newSampler) {
    producers = newProducers;
    daemon = newDaemon;
    sampler = newSampler;
  }

  long nowNs() {
    return clock.nanoTime();
  }

  /** Time passes. */
  void advanceBy(long ns) {
    advanceTo(clock.nanoTime() + ns);
  }

  /** Time passes until {@code atNs}, and all that happens meanwhile happens. */
  void advanceTo(long atNs) {
    while (nextEventNs() <= atNs) {
      happen();
    }
    clock.moveTo(atNs);
  }

  /** When something happens next; after the end, nothing does. */
  long nextEventNs() {
    long next = Math.min(Math.min(producers.nextNs(), sampler.nextNs()), daemon.nextChangeNs());
    return next > endNs ? ArrivalTimes.NEVER : next;
  }

  /** What happens next happens. */
  void happen() {
    long atNs = nextEventNs();
    clock.moveTo(atNs);
    if (daemon.nextChangeNs() == atNs) {
      daemon.change(atNs);
    } else if (sampler.nextNs() == atNs) {
      sampler.sample();
    } else {
      producers.act();
      sampler.lookAtMain();
    }
  }
}
