// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/** What a record costs the thread that logs it, in a burst of {@value #RECORDS} after a pause. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Burst {
  static final int RECORDS = 4096;

  /** Long enough for a thread without work to sleep. */
  private static final long PAUSE_NS = 2_000_000;

  /** Who hands over. */
  @Param({
    "engine",
    "engine-text",
    "engine-coarse",
    "jctools",
    "jctools-text",
    "agrona",
    "abq",
    "log4j2",
    "logback",
    "otel"
  })
  public String relay = "engine";

  private Relay subject = Unopened.RELAY;
  private long goal;

  /** Opens the relay. */
  @Setup
  public void open() {
    subject = Relays.toNowhere(relay);
    goal = subject.taken();
  }

  /** Closes the relay. */
  @TearDown
  public void close() {
    subject.close();
  }

  /** Lets everything be taken, and the other side come to rest. */
  @Setup(Level.Invocation)
  public void rest() {
    subject.flush();
    while (subject.taken() < goal) {
      Spinning.pause();
    }
    LockSupport.parkNanos(PAUSE_NS);
  }

  /** Logs. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void record() {
    for (int i = 0; i < RECORDS; i++) {
      subject.put();
    }
    goal += RECORDS;
  }
}
