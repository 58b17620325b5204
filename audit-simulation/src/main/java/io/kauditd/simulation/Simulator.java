// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.spi.ErrorPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Plays a scenario in virtual time, on the engine that applications use. The same scenario gives
 * the same result, on every machine.
 *
 * @since 0.1.0
 */
public final class Simulator {
  private Simulator() {}

  /** Plays a scenario under one policy. Takes seconds for an hour of 10,000 records a second. */
  public static SimulationResult run(Scenario scenario, String policyId, ErrorPolicy policy) {
    return new Simulation(scenario, policyId, policy, PassObserver.NONE).run();
  }

  /**
   * Plays a scenario under several policies, as many at a time as there are processors.
   *
   * @param policies makes the policies, by id; one for each run, since a policy serves one engine
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static SimulationReport run(Scenario scenario, Map<String, Supplier<ErrorPolicy>> policies)
      throws InterruptedException {
    int threads = Math.clamp(policies.size(), 1, Runtime.getRuntime().availableProcessors());
    try (ExecutorService executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("simulation-", 0).daemon().factory())) {
      List<Future<SimulationResult>> runs = new ArrayList<>();
      policies.forEach(
          (id, policy) -> runs.add(executor.submit(() -> run(scenario, id, policy.get()))));
      List<SimulationResult> results = new ArrayList<>();
      for (Future<SimulationResult> run : runs) {
        results.add(run.get());
      }
      return new SimulationReport(scenario, results);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a simulation failed", e.getCause());
    }
  }
}
