// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.core.Kauditd;
import io.kauditd.core.MemoryQueue;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
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

/**
 * What a record costs that goes through a main queue in which some number of others wait all the
 * time: a record in, and the oldest out. The daemon takes no more than what exceeds that depth.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Depth {
  static final int RECORDS = 400_000;

  /** How many records the producer may be ahead of the consumer. */
  private static final int WINDOW = 4096;

  /** The records that wait. */
  @Param({"100", "1000000"})
  public int depth = 100;

  /** The same record each time, or each its own, which the garbage collector has to move. */
  @Param({"same", "own"})
  public String record = "same";

  private final Taken put = new Taken();
  private final Taken taken = new Taken();
  private volatile long keep;
  private final Kauditd engine =
      Kauditd.builder()
          .settings(AuditSettings.DEFAULTS.withBacklogLimit(0))
          .mainQueue(new MemoryQueue()) // bounded by nothing, in bytes neither
          .transport("deep", new Deep())
          .start();

  /** Fills the queue to its depth. */
  @Setup
  public void fill() {
    keep = depth;
    put(depth);
  }

  /** Lets everything go. */
  @TearDown
  public void close() {
    keep = 0;
    engine.close(Duration.ofSeconds(10));
  }

  /** Logs, with the depth kept. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void record() {
    for (int i = 0; i < RECORDS; i += WINDOW / 4) {
      put(Math.min(WINDOW / 4, RECORDS - i));
      while (put.get() - taken.get() > keep + WINDOW) {
        Spinning.pause();
      }
    }
    while (put.get() - taken.get() > keep) {
      Spinning.pause();
    }
  }

  private void put(int count) {
    boolean own = "own".equals(record);
    for (int i = 0; i < count; i++) {
      AuditRecord next = own ? AuditRecord.of(Payload.TYPE, i, i, Payload.TEXT) : Payload.RECORD;
      if (!engine.log(next)) {
        throw new IllegalStateException("the engine did not take a record: " + engine.status());
      }
    }
    put.add(count);
  }

  /** A daemon that leaves the newest records where they are. */
  private final class Deep implements Transport {
    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      long mayTake = put.get() - taken.get() - keep;
      while (mayTake <= 0) {
        Spinning.pause();
        mayTake = put.get() - taken.get() - keep;
      }
      int count = 0;
      while (count < mayTake && batch.next() != null) {
        count++;
      }
      taken.add(count);
      return SendResult.sent(count);
    }

    @Override
    public void close() {}
  }
}
