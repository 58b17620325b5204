// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import io.kauditd.transport.netlink.PeerRequests.Daemon;
import io.kauditd.transport.netlink.PeerRequests.Sender;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Everything that reads what a socket brought, fed with mutated datagrams. Each lies in memory that
 * ends where it ends, so that a read beyond it fails.
 */
@Timeout(120)
class ParserFuzzTest {
  private static final int ROUNDS = 300_000;

  private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
  private final Mutator mutator = new Mutator(seed);

  @BeforeEach
  void saySeed() {
    System.out.println("fuzz.seed=" + seed);
  }

  /** Counts what comes out. */
  private static final class CountingSink implements RecordSink {
    long records;
    long longestText;
    long problems;

    @Override
    public boolean accept(AuditRecord record) {
      records++;
      longestText = Math.max(longestText, record.textBytes().length);
      return true;
    }

    @Override
    public boolean acceptNow(AuditRecord record) {
      return accept(record);
    }

    @Override
    public long nextSerial() {
      return 1;
    }

    @Override
    public void problem(String problem) {
      problems++;
    }
  }

  @Test
  void aPumpHandlesWhateverArrives() throws Exception {
    TestSockets.assumeNetlink();
    var sink = new CountingSink();
    var losses = new Losses(sink, "fuzz", "");
    long[] handed = new long[2];
    var control =
        new RecordPump.Control() {
          @Override
          public boolean isOver() {
            return true;
          }

          @Override
          public void acknowledged(int sequence, int error) {
            handed[0]++;
          }

          @Override
          public void tested(long candidate) {
            handed[1]++;
          }
        };
    try (NetlinkSocket socket = TestSockets.open();
        WakeUp wakeUp = new WakeUp()) {
      var pump = new RecordPump(socket, wakeUp, 5, control, sink, losses, false, 1);
      for (int i = 0; i < ROUNDS; i++) {
        byte[] datagram = mutator.next();
        pump.dispatch(MemorySegment.ofArray(datagram), 0, datagram.length, i % 50 == 0 ? 6 : 5);
      }
    }
    losses.close();
    assertThat(sink.records).isGreaterThan(ROUNDS / 10);
    assertThat(sink.longestText).isLessThanOrEqualTo(AuditRecord.MAX_LENGTH_BYTES);
    assertThat(handed[0]).isPositive();
    assertThat(handed[1]).isPositive();
    assertThat(sink.problems).as("malformed and foreign ones are told").isPositive();
  }

  @Test
  void anEngineHandlesWhateverIsAsked() {
    var effects =
        new PeerRequests.Effects() {
          long connected;

          @Override
          public int test(Daemon daemon, long candidate) {
            return candidate % 2 == 0 ? 0 : -Errno.ECONNREFUSED;
          }

          @Override
          public void connected(Daemon daemon) {
            connected++;
          }

          @Override
          public void disconnected(Daemon daemon) {}
        };
    var requests = new PeerRequests(Set.of(0), effects);
    long refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] datagram = mutator.next();
      if (datagram.length >= Nl.HEADER) {
        var sender = new Sender(i, 1 + i % 2, i % 10 == 0 ? 1 : 0);
        int result = requests.handle(sender, MemorySegment.ofArray(datagram), 0, datagram.length);
        refused += result < 0 ? 1 : 0;
        assertThat(result).isBetween(-Errno.ECONNREFUSED, PeerRequests.STATUS);
      }
    }
    assertThat(effects.connected).isPositive();
    assertThat(refused).isPositive();
  }

  @Test
  void aStatusIsReadWithinItsLength() {
    long read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] datagram = mutator.next();
      read +=
          KernelStatus.parse(MemorySegment.ofArray(datagram), 0, datagram.length) != null ? 1 : 0;
    }
    assertThat(read).isPositive();
  }
}
