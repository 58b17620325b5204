// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import io.kauditd.spi.RecordSource;
import io.kauditd.testkit.RecordSourceContract;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The rules for sources, for the daemon of an engine in the same process. */
@Timeout(180)
class PeerSourceContractTest extends RecordSourceContract {
  private final long port = TestSockets.freshPort();
  private final List<AutoCloseable> others = new ArrayList<>();
  private Kauditd engine;

  @BeforeEach
  void startEngine() {
    TestSockets.assumeNetlink();
    engine =
        Kauditd.builder()
            .transport(
                "netlink",
                NetlinkTransportProvider.peer(port, Set.of(), 0, Duration.ofMillis(100), 64))
            .start();
  }

  @AfterEach
  void stopEngine() throws Exception {
    for (AutoCloseable other : others) {
      other.close();
    }
    if (engine != null) {
      engine.close(Duration.ZERO); // what nobody came for
    }
  }

  private RecordSource source() {
    return PeerDaemon.builder().enginePort(port).watchInterval(Duration.ofMillis(50)).build();
  }

  private void log(int from, int to) {
    for (int n = from; n <= to; n++) {
      assertThat(engine.log(RecordType.TRUSTED_APP, expectedText(n))).isTrue();
    }
  }

  @Override
  protected RecordSource newSource(int records) {
    log(1, records);
    return source();
  }

  @Override
  protected String expectedText(int number) {
    return "op=contract n=" + number;
  }

  @Override
  protected boolean endsByItself() {
    return false;
  }

  /** A stranger sends something that looks like a record as soon as the daemon has registered. */
  @Override
  protected RecordSource newSourceWithBadInput() {
    Thread stranger = Thread.ofPlatform().start(this::forge);
    others.add(stranger::join);
    return source();
  }

  private void forge() {
    try (NetlinkSocket socket = TestSockets.open()) {
      Await.until("a daemon is registered", () -> engine.status().daemon() != 0);
      MemorySegment message = Arena.ofAuto().allocate(ReceiveBatch.SLOT, 8);
      var forged = AuditRecord.of(RecordType.TRUSTED_APP, 1, 1, "forged");
      int length = new RecordEncoder().putRecord(forged, message, 0, 0);
      MemorySegment to = NetlinkSocket.address(Arena.ofAuto(), engine.status().daemon(), 0);
      assertThat(socket.sendTo(message, length, 0, to)).isZero();
      log(1, 1);
    } catch (Exception e) {
      throw new AssertionError("the stranger failed", e);
    }
  }

  /** The place of the daemon is taken. */
  @Override
  protected Unopenable newUnopenableSource() throws Exception {
    others.add(new RunningSource(source()));
    Await.until("a daemon is registered", () -> engine.status().daemon() != 0);
    return Unopenable.of(source(), "process " + ProcessHandle.current().pid());
  }
}
