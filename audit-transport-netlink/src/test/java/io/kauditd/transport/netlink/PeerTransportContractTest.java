// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import io.kauditd.testkit.TransportContract;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The rules for transports, with a daemon that registers, hangs, goes away and comes back. */
@Timeout(180)
class PeerTransportContractTest extends TransportContract {
  private static final int RECEIVE_BUFFER_BYTES = 128 * 1024;

  private final long port = TestSockets.freshPort();
  private final ReentrantLock stall = new ReentrantLock();
  private @Nullable RunningSource daemon;

  @BeforeEach
  void needsNetlink() {
    TestSockets.assumeNetlink();
  }

  @AfterEach
  void stop() throws Exception {
    if (stall.isHeldByCurrentThread()) {
      stall.unlock();
    }
    stopDaemon();
  }

  @Override
  protected Transport newTransport() {
    return NetlinkTransportProvider.peer(port, Set.of(), 0, sendTimeout(), 64);
  }

  @Override
  protected List<String> arrived() {
    List<AuditRecord> records = daemon == null ? List.of() : daemon.sink.records();
    return records.stream().map(AuditRecord::text).toList();
  }

  /** The daemon waits for its engine. */
  @Override
  protected void registerDaemon() {
    startDaemon();
  }

  @Override
  protected void startDaemon() {
    if (daemon == null) {
      daemon =
          new RunningSource(
              new Stallable(
                  PeerDaemon.builder()
                      .enginePort(port)
                      .receiveBufferBytes(RECEIVE_BUFFER_BYTES)
                      .watchInterval(Duration.ofMillis(20))
                      .build()));
    }
  }

  @Override
  protected boolean stopDaemon() throws InterruptedException {
    if (daemon != null) {
      daemon.close();
      daemon = null;
    }
    return true;
  }

  @Override
  protected boolean stallDaemon() {
    stall.lock();
    return true;
  }

  @Override
  protected void resumeDaemon() {
    stall.unlock();
  }

  /** A source whose sink takes nothing while the daemon is stalled. */
  private final class Stallable implements RecordSource {
    private final RecordSource source;

    Stallable(RecordSource source) {
      this.source = source;
    }

    @Override
    public void run(RecordSink sink) throws IOException {
      source.run(new StallingSink(sink));
    }

    @Override
    public void close() {
      source.close();
    }
  }

  private final class StallingSink implements RecordSink {
    private final RecordSink sink;

    StallingSink(RecordSink sink) {
      this.sink = sink;
    }

    @Override
    public boolean accept(AuditRecord record) {
      stall.lock();
      try {
        return sink.accept(record);
      } finally {
        stall.unlock();
      }
    }

    @Override
    public boolean acceptNow(AuditRecord record) {
      return accept(record);
    }

    @Override
    public long nextSerial() {
      return sink.nextSerial();
    }

    @Override
    public void problem(String problem) {
      sink.problem(problem);
    }
  }
}
