// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditSettings;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The pass in which a daemon comes back to a hold queue of {@value #HELD} records: one that takes
 * them all, and one that is there but takes nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 20)
@Measurement(iterations = 20)
@Fork(1)
public class Reconnect {
  static final int HELD = 100_000;

  private final ReturningDaemon daemon = new ReturningDaemon();
  private AuditEngine engine = start();

  private AuditEngine start() {
    return Kauditd.builder()
        .settings(AuditSettings.DEFAULTS.withBacklogLimit(HELD))
        .reopenPauses(Duration.ofNanos(1), Duration.ofNanos(1))
        .transport("bench", daemon)
        .passive();
  }

  /** Logs while nobody is there. */
  @Setup(Level.Invocation)
  public void hold() {
    engine = start();
    daemon.there = false;
    for (int i = 0; i < HELD; i++) {
      engine.log(Payload.RECORD);
    }
    engine.pass();
    daemon.there = true;
    expectHeld(HELD);
  }

  /** Ends the engine. */
  @TearDown(Level.Invocation)
  public void close() {
    engine.close(Duration.ZERO);
  }

  /** All are taken. */
  @Benchmark
  public void taken() {
    daemon.takes = true;
    engine.pass();
    expectHeld(0);
  }

  /** The first is refused, and all stay. */
  @Benchmark
  public void refused() {
    daemon.takes = false;
    engine.pass();
    expectHeld(HELD);
  }

  private void expectHeld(long wanted) {
    long held = engine.status().ledger().inHold();
    if (held != wanted) {
      throw new IllegalStateException(held + " records in the hold queue, not " + wanted);
    }
  }
}
