// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs a record that somebody asks how far records are settled: nobody does, or a source
 * that remembers its place, which marks each piece that it read and looks as often as a follower
 * does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 9, time = 1)
@Fork(1)
public class Acknowledged {
  static final int RECORDS = 400_000;

  /** A piece of 32 KiB holds as many lines of 200 bytes. */
  private static final int PIECE = 160;

  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Who asks. */
  @Param({"nobody", "source"})
  public String asks = "nobody";

  private @Nullable EngineRelay engine;
  private volatile boolean over;
  private @Nullable Thread looking;

  /** Opens the engine. */
  @Setup
  public void open() {
    EngineRelay opened = EngineRelay.toNowhere(EngineRelay.What.RECORD, new Taken());
    engine = opened;
    if (isAsked()) {
      looking =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                while (!over) {
                  opened.settled();
                  LockSupport.parkNanos(LOOK_NS);
                }
              });
    }
  }

  private boolean isAsked() {
    return asks.equals("source");
  }

  /** Closes the engine. */
  @TearDown
  public void close() {
    over = true;
    if (looking != null) {
      Spinning.join(looking);
    }
    if (engine != null) {
      engine.close();
    }
  }

  /** Returns when all records were taken, with the last position that was asked for. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public long record() {
    EngineRelay subject = engine;
    if (subject == null) {
      throw new IllegalStateException("not opened");
    }
    boolean asked = isAsked();
    long goal = subject.taken() + RECORDS;
    long position = 0;
    for (int i = 1; i <= RECORDS; i++) {
      subject.put();
      if (asked && i % PIECE == 0) {
        position = subject.accepted();
      }
    }
    while (subject.taken() < goal) {
      Spinning.pause();
    }
    return position;
  }
}
