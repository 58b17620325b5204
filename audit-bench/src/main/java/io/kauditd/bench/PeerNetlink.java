// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import io.kauditd.transport.netlink.NetlinkTransportProvider;
import io.kauditd.transport.netlink.PeerDaemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
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

/** From an engine to a daemon over real netlink sockets, one record a system call and many. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PeerNetlink {
  static final int RECORDS = 50_000;

  /** The most records sent with one system call. */
  @Param({"1", "64"})
  public int batch = 1;

  /** Neither the process id, which the daemon's own socket gets, nor that of another engine. */
  private final long port = 0x4155_0000L + ProcessHandle.current().pid() % 0x1_0000;

  private final Taken received = new Taken();
  private final PeerDaemon daemon =
      PeerDaemon.builder().enginePort(port).watchInterval(Duration.ofMillis(50)).build();
  private final Thread receiver = Thread.ofPlatform().daemon().unstarted(this::receive);
  private Relay subject = Unopened.RELAY;

  /** Starts both. */
  @Setup
  public void open() {
    subject =
        EngineRelay.waiting(
            EngineRelay.What.RECORD,
            NetlinkTransportProvider.peer(port, Set.of(), 0, Duration.ofMillis(100), batch),
            new Taken());
    receiver.start();
    subject.put(); // held until the daemon has registered
    while (received.get() < 1) {
      Spinning.pause();
    }
  }

  private void receive() {
    try {
      daemon.run(
          new RecordSink() {
            @Override
            public boolean accept(AuditRecord record) {
              received.add(1);
              return true;
            }

            @Override
            public boolean acceptNow(AuditRecord record) {
              return accept(record);
            }

            @Override
            public long nextSerial() {
              return 0;
            }

            @Override
            public void problem(String problem) {
              throw new IllegalStateException(problem);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends both. */
  @TearDown
  public void close() {
    subject.close();
    daemon.close();
  }

  /** Returns when the daemon has received all records. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public long records() {
    long goal = received.get() + RECORDS;
    for (int i = 0; i < RECORDS; i++) {
      subject.put();
    }
    while (received.get() < goal) {
      Spinning.pause();
    }
    return goal;
  }
}
