// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.plugin.StubSink;
import io.kauditd.transport.netlink.PeerRequests.Daemon;
import io.kauditd.transport.netlink.PeerRequests.Sender;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Everything that reads what a socket brought, fed with mutated datagrams. Each lies in memory that
 * ends where it ends, so that a read beyond it fails.
 */
@Timeout(180)
class ParserFuzzTest {
  private final long seed = Deep.seed();
  private final Mutator mutator = new Mutator(seed);

  private static DeepSearch search(String parser) {
    return Deep.search("fuzzed inputs of the netlink " + parser, 60_000, 10_000_000, 100_000_000);
  }

  @BeforeEach
  void saySeed() {
    System.out.println("kauditd.seed=" + seed);
  }

  /** Counts what comes out. */
  private static final class CountingSink extends StubSink {
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
    public void problem(String problem) {
      problems++;
    }
  }

  @Test
  @Tag(Deep.TAG)
  void aPumpHandlesWhateverArrives() throws Exception {
    TestSockets.assumeNetlink();
    var sink = new CountingSink();
    var problems = new ReceiveProblems(sink, "fuzz", "", true);
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
    try (DeepSearch inputs = search("source");
        NetlinkSocket socket = TestSockets.open();
        WakeUp wakeUp = new WakeUp()) {
      var pump = new RecordPump(socket, wakeUp, 5, control, sink, problems, false, 1);
      long tried = 0;
      for (; inputs.goesOn(); tried++) {
        byte[] datagram = mutator.next();
        pump.dispatch(MemorySegment.ofArray(datagram), 0, datagram.length, tried % 50 == 0 ? 6 : 5);
        inputs.tried(1);
      }
      assertThat(sink.records).isGreaterThan(tried / 10);
    }
    problems.close();
    assertThat(sink.longestText).isLessThanOrEqualTo(AuditRecord.MAX_LENGTH_BYTES);
    assertThat(handed[0]).isPositive();
    assertThat(handed[1]).isPositive();
    assertThat(sink.problems).as("malformed and foreign ones are told").isPositive();
  }

  @Test
  @Tag(Deep.TAG)
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
    try (DeepSearch inputs = search("peer")) {
      for (int i = 0; inputs.goesOn(); i++) {
        byte[] datagram = mutator.next();
        if (datagram.length >= Nl.HEADER) {
          var sender = new Sender(i, 1 + i % 2, i % 10 == 0 ? 1 : 0);
          int result = requests.handle(sender, MemorySegment.ofArray(datagram), 0, datagram.length);
          refused += result < 0 ? 1 : 0;
          assertThat(result).isBetween(-Errno.ECONNREFUSED, PeerRequests.STATUS);
        }
        inputs.tried(1);
      }
    }
    assertThat(effects.connected).isPositive();
    assertThat(refused).isPositive();
  }

  @Test
  @Tag(Deep.TAG)
  void aStatusIsReadWithinItsLength() {
    long read = 0;
    try (DeepSearch inputs = search("status")) {
      while (inputs.goesOn()) {
        byte[] datagram = mutator.next();
        read +=
            KernelStatus.parse(MemorySegment.ofArray(datagram), 0, datagram.length) != null ? 1 : 0;
        inputs.tried(1);
      }
    }
    assertThat(read).isPositive();
  }
}
