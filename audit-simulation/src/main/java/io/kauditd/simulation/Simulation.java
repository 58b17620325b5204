// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditStatus;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.MemoryQueue;
import io.kauditd.core.Printk;
import io.kauditd.simulation.DaemonModel.Outage;
import io.kauditd.spi.ErrorPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One scenario under one policy: the engine that applications use, in virtual time. This is the
 * kauditd thread. Everything else runs in {@link SimulatedWorld}, during the sends of a pass and
 * the rests between passes.
 */
final class Simulation implements SimulatedDaemon.Registry {
  private final Scenario scenario;
  private final String policyId;
  private final SimulationClock clock = new SimulationClock();
  private final MemoryQueue main = new MemoryQueue();
  private final MemoryQueue retry = new MemoryQueue();
  private final MemoryQueue hold = new MemoryQueue();
  private final SimulatedProducers producers;
  private final SimulatedDaemon daemon;
  private final SimulatedWorld world;
  private final Sampler sampler;
  private final AuditEngine engine;
  private final PassObserver observer;
  private final long endNs;
  private final long lastOutageEndNs;
  private long longestPassNs;
  private long endlessNs = -1;
  private long caughtUpNs = -1;

  Simulation(Scenario scenario, String policyId, ErrorPolicy policy, PassObserver observer) {
    this.scenario = scenario;
    this.policyId = policyId;
    this.observer = observer;
    this.endNs = scenario.duration().toNanos();
    this.lastOutageEndNs = lastOutageEnd(scenario.daemon().outages());
    this.producers = new SimulatedProducers(scenario, clock);
    this.daemon = new SimulatedDaemon(scenario.daemon(), this);
    this.world = new SimulatedWorld(clock, endNs);
    this.engine =
        Kauditd.builder()
            .settings(scenario.settings())
            .policy(policyId, policy)
            .transport(
                "simulated",
                new SimulatedTransport(
                    scenario.daemon(), daemon, world, scenario.costs(), observer))
            .mainQueue(main)
            .retryQueue(retry)
            .holdQueue(hold)
            .clock(clock)
            .backlogWait(producers)
            .printk(Printk.silent(new SimulatedRatelimit(clock)))
            .panicHandler(message -> {})
            .passive();
    this.sampler = new Sampler(clock, engine, main, retry, hold, endNs);
    world.settle(producers, daemon, sampler);
    producers.begin(engine);
    daemon.start();
  }

  private static long lastOutageEnd(List<Outage> outages) {
    return outages.isEmpty()
        ? ArrivalTimes.NEVER
        : outages.getLast().to().map(Duration::toNanos).orElse(ArrivalTimes.NEVER);
  }

  @Override
  public void connect(long peer) {
    engine.connect(peer);
  }

  @Override
  public void disconnect() {
    engine.disconnect();
  }

  /** Plays the scenario; to be called once. */
  SimulationResult run() {
    while (clock.nanoTime() < endNs) {
      long beganNs = clock.nanoTime();
      if (!pass()) {
        endlessNs = beganNs;
        world.advanceTo(endNs); // for everybody but the kauditd thread, life goes on
        break;
      }
      longestPassNs = Math.max(longestPassNs, clock.nanoTime() - beganNs);
      if (clock.nanoTime() < endNs) {
        producers.lookAgain();
        rest();
      }
    }
    daemon.settle(clock.nanoTime());
    return result(engine.status());
  }

  private boolean pass() {
    world.advanceBy(scenario.costs().pass().toNanos());
    sampler.look();
    observer.passBegins(clock.nanoTime());
    boolean ended = engine.pass();
    observer.passEnded(clock.nanoTime());
    sampler.look();
    boolean outageIsOver = caughtUpNs < 0 && clock.nanoTime() >= lastOutageEndNs;
    if (outageIsOver && retry.size() == 0 && hold.size() == 0) {
      caughtUpNs = clock.nanoTime() - lastOutageEndNs;
    }
    return ended;
  }

  /** Rests as {@link Kauditd}'s thread does. */
  private void rest() {
    long idleNs = engine.idleNs();
    if (idleNs == 0) {
      return;
    }
    long wakeNs = after(idleNs);
    boolean woken = false;
    for (long next = world.nextEventNs(); next < wakeNs; next = world.nextEventNs()) {
      world.happen();
      if (!woken) {
        idleNs = engine.idleNs();
        woken = idleNs == 0;
        wakeNs = woken ? after(scenario.costs().wakeUp().toNanos()) : after(idleNs);
      }
    }
    world.advanceTo(Math.min(wakeNs, endNs));
  }

  private long after(long ns) {
    long nowNs = clock.nanoTime();
    return ns > ArrivalTimes.NEVER - nowNs ? ArrivalTimes.NEVER : nowNs + ns;
  }

  private SimulationResult result(AuditStatus status) {
    if (!status.ledger().balances()) {
      throw new IllegalStateException(policyId + ": the ledger does not balance: " + status);
    }
    return new SimulationResult(
        policyId,
        status.ledger(),
        daemon.read(),
        daemon.inSocket(),
        daemon.lostInSocket(),
        daemon.outOfOrder(),
        status.printed(),
        sampler.highestMain(),
        status.highWater().retry(),
        status.highWater().hold(),
        producers.waits(),
        Duration.ofNanos(producers.waitedNs()),
        Duration.ofNanos(producers.longestWaitNs()),
        Duration.ofNanos(producers.longestDelayNs()),
        status.sendAttempts(),
        status.failedSends(),
        status.passes(),
        Duration.ofNanos(longestPassNs),
        duration(endlessNs),
        duration(caughtUpNs),
        sampler.samples());
  }

  private static Optional<Duration> duration(long ns) {
    return ns < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(ns));
  }
}
