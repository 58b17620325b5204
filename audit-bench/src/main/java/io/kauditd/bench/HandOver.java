// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

/** Records handed over in a second, as long as one likes; counted where they are taken. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HandOver {
  static final int RECORDS = 400_000;

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

  /** The threads that log. */
  @Param({"1", "2"})
  public int producers = 1;

  private Relay subject = Unopened.RELAY;
  private final ExecutorService others = Executors.newCachedThreadPool();

  /** Opens the relay. */
  @Setup
  public void open() {
    subject = Relays.toNowhere(relay);
  }

  /** Closes the relay. */
  @TearDown
  public void close() {
    subject.close();
    others.shutdown();
  }

  /** Returns when all records were taken on the other side. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public long records() throws Exception {
    long goal = subject.taken() + RECORDS;
    int each = RECORDS / producers;
    Future<?> other = producers > 1 ? others.submit(() -> put(each)) : null;
    put(each);
    if (other != null) {
      other.get();
    }
    subject.flush();
    while (subject.taken() < goal) {
      Spinning.pause();
    }
    return goal;
  }

  private void put(int count) {
    for (int i = 0; i < count; i++) {
      subject.put();
    }
  }
}
