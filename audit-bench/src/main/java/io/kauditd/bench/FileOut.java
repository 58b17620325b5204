// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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

/**
 * The time a record takes from the thread that logs to a file, in the format of the audit log or
 * what comes nearest. A new file each time, in the directory for temporary files.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 9)
@Fork(1)
public class FileOut {
  static final int RECORDS = 400_000;

  /** Who writes. */
  @Param({
    "engine-none",
    "engine-incremental",
    "engine-data",
    "engine-sync",
    "raw",
    "raw-1m",
    "raw-force",
    "log4j2",
    "log4j2-flush",
    "logback",
    "logback-flush"
  })
  public String to = "raw";

  private Path file = Path.of("");
  private Relay subject = Unopened.RELAY;

  /** Opens a new file. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    file = Files.createTempDirectory("audit-bench").resolve("log");
    subject = Relays.toFile(to, file);
  }

  /** Deletes it. */
  @TearDown(Level.Iteration)
  public void close() throws IOException {
    subject.close();
    Files.delete(file);
    Files.delete(file.getParent());
  }

  /** Returns when all records were taken by the file. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public long record() {
    for (int i = 0; i < RECORDS; i++) {
      subject.put();
    }
    subject.flush();
    while (subject.taken() < RECORDS) {
      Spinning.pause();
    }
    return subject.taken();
  }
}
