// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets of NETLINK_USERSOCK, which need no privileges. */
@Timeout(180)
class NetlinkSocketTest {
  @BeforeAll
  static void needsNetlink() {
    TestSockets.assumeNetlink();
  }

  private static void fill(SendBatch batch, int count, int length) {
    for (int i = 0; i < count; i++) {
      Nl.putHeader(batch.data(), batch.at(i), length, 1300, 0, i);
      batch.data().asSlice(batch.at(i) + Nl.HEADER, length - Nl.HEADER).fill((byte) ('a' + i % 26));
      batch.length(i, length);
    }
  }

  @Test
  void aBatchArrivesInOrderWithLengthsAndSender() throws Exception {
    try (NetlinkSocket from = TestSockets.open();
        NetlinkSocket to = TestSockets.open()) {
      var sending = new SendBatch(8);
      sending.destination(to.port());
      for (int i = 0; i < 8; i++) {
        Nl.putHeader(sending.data(), sending.at(i), 16 + i, 1300 + i, 0, i);
        sending.length(i, 16 + i);
      }
      assertThat(sending.send(from, 0, 8, Nl.MSG_DONTWAIT)).isEqualTo(8);
      var received = new ReceiveBatch(16);
      assertThat(received.receive(to)).isEqualTo(8);
      for (int i = 0; i < 8; i++) {
        assertThat(received.length(i)).isEqualTo(16 + i);
        assertThat(received.sender(i)).isEqualTo(from.port());
        assertThat(Nl.type(received.data(), received.at(i))).isEqualTo(1300 + i);
        assertThat(received.truncated(i)).isFalse();
        assertThat(received.senderUser(i)).as("not asked for").isEqualTo(-1);
      }
      assertThat(received.receive(to)).isEqualTo(-Errno.EAGAIN);
    }
  }

  @Test
  void theKernelTellsWhoSentIt() throws Exception {
    try (NetlinkSocket from = TestSockets.open();
        NetlinkSocket to = TestSockets.open()) {
      to.passCredentials();
      var sending = new SendBatch(1);
      sending.destination(to.port());
      fill(sending, 1, 100);
      assertThat(sending.send(from, 0, 1, 0)).isEqualTo(1);
      var received = new ReceiveBatch(4);
      assertThat(received.receive(to)).isEqualTo(1);
      assertThat(received.senderProcess(0)).isEqualTo((int) ProcessHandle.current().pid());
      assertThat(received.senderUser(0)).isEqualTo(Libc.geteuid());
    }
  }

  @Test
  void aMessageBeyondTheSlotIsCutAndSaysSo() throws Exception {
    try (NetlinkSocket from = TestSockets.open();
        NetlinkSocket to = TestSockets.open()) {
      var large = Arena.ofAuto().allocate(ReceiveBatch.SLOT + 1L);
      var address = NetlinkSocket.address(Arena.ofAuto(), to.port(), 0);
      assertThat(from.sendTo(large, ReceiveBatch.SLOT, 0, address)).isZero();
      assertThat(from.sendTo(large, ReceiveBatch.SLOT + 1L, 0, address)).isZero();
      var received = new ReceiveBatch(4);
      assertThat(received.receive(to)).isEqualTo(2);
      assertThat(received.truncated(0)).isFalse();
      assertThat(received.truncated(1)).isTrue();
      assertThat(received.length(1)).isEqualTo(ReceiveBatch.SLOT);
    }
  }

  @Test
  void aFullReceiverTakesAPartOfTheBatchAndThenSaysEagain() throws Exception {
    try (NetlinkSocket from = TestSockets.open();
        NetlinkSocket to = TestSockets.open(0, 16 * 1024)) {
      var sending = new SendBatch(64);
      sending.destination(to.port());
      fill(sending, 64, 216);
      int sent = sending.send(from, 0, 64, Nl.MSG_DONTWAIT);
      assertThat(sent).isBetween(1, 63);
      assertThat(sending.send(from, sent, 64, Nl.MSG_DONTWAIT)).isEqualTo(-Errno.EAGAIN);
      var received = new ReceiveBatch(64);
      assertThat(received.receive(to)).isEqualTo(sent);
      assertThat(sending.send(from, sent, 64, Nl.MSG_DONTWAIT)).isPositive();
      assertThat(received.receive(to)).isPositive();
      assertThat(Nl.sequence(received.data(), received.at(0))).isEqualTo(sent);
    }
  }

  @Test
  void aMemberOfAGroupHasItsReceiveBufferFromTheFirstMessage() throws Exception {
    assumeTrue(Libc.geteuid() == 0, "joining a multicast group needs CAP_NET_ADMIN (root)");
    int moreThanTheSystemBufferHolds = 1000;
    try (NetlinkSocket from = TestSockets.open();
        NetlinkSocket member = TestSockets.open(1 << 30, 4 << 20)) {
      var message = Arena.ofAuto().allocate(200);
      var group = NetlinkSocket.address(Arena.ofAuto(), 0, 1 << 30);
      for (int i = 0; i < moreThanTheSystemBufferHolds; i++) {
        Nl.putHeader(message, 0, 200, 1300, 0, i);
        assertThat(from.sendTo(message, 200, 0, group))
            .as("nobody has port 0; the group gets it first")
            .isEqualTo(-Errno.ECONNREFUSED);
      }
      var received = new ReceiveBatch(moreThanTheSystemBufferHolds);
      assertThat(received.receive(member)).isEqualTo(moreThanTheSystemBufferHolds);
    }
  }

  @Test
  void aFullReceiverIsWaitedForAsLongAsTheTimeoutSays() throws Exception {
    try (NetlinkSocket from = TestSockets.open();
        NetlinkSocket to = TestSockets.open(0, 4 * 1024)) {
      var sending = new SendBatch(64);
      sending.destination(to.port());
      fill(sending, 64, 216);
      from.setSendTimeout(100);
      long startNs = System.nanoTime();
      int sent = sending.send(from, 0, 64, 0);
      assertThat(sent).isBetween(1, 63);
      assertThat(Duration.ofNanos(System.nanoTime() - startNs))
          .isBetween(Duration.ofMillis(90), Duration.ofSeconds(10));
    }
  }

  @Test
  void aReceiverThatIsGoneRefuses() throws Exception {
    try (NetlinkSocket from = TestSockets.open()) {
      NetlinkSocket to = TestSockets.open();
      var sending = new SendBatch(4);
      sending.destination(to.port());
      fill(sending, 4, 100);
      assertThat(sending.send(from, 0, 4, 0)).isEqualTo(4);
      to.close();
      assertThat(sending.send(from, 0, 4, 0)).isEqualTo(-Errno.ECONNREFUSED);
    }
  }

  @Test
  void aPortIsTakenOnce() throws Exception {
    long port = TestSockets.freshPort();
    try (NetlinkSocket first = NetlinkSocket.open(Nl.NETLINK_USERSOCK, port, 0)) {
      assertThat(first.port()).isEqualTo(port);
      assertThatThrownBy(() -> NetlinkSocket.open(Nl.NETLINK_USERSOCK, port, 0))
          .isInstanceOf(NetlinkException.class)
          .hasMessageContaining("EADDRINUSE")
          .hasMessageContaining(Long.toString(port));
    }
  }

  @Test
  void aWakeUpEndsTheWaitBeforeAndDuringIt() throws Exception {
    try (NetlinkSocket socket = TestSockets.open();
        WakeUp wakeUp = new WakeUp()) {
      wakeUp.signal();
      assertThat(socket.awaitReadable(wakeUp, -1)).isFalse();
      Thread waker = Thread.ofPlatform().start(wakeUp::signal);
      assertThat(socket.awaitReadable(wakeUp, -1)).isFalse();
      waker.join();
    }
  }

  @Test
  void receivingAndSendingAllocateNothingForAMessage() throws Exception {
    try (NetlinkSocket from = TestSockets.open();
        NetlinkSocket to = TestSockets.open();
        WakeUp wakeUp = new WakeUp()) {
      var sending = new SendBatch(32);
      var received = new ReceiveBatch(32);
      sending.destination(to.port());
      fill(sending, 32, 216);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      // The JDK makes a slice of 40 bytes of the errno segment in each of the three calls, unless
      // the compiler sees through it. That is all: nothing for a message.
      long sliceBytes = 3 * 40;
      int rounds = 500;
      long allocated = Long.MAX_VALUE;
      for (int attempt = 0; attempt < 200 && allocated > rounds * sliceBytes; attempt++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(roundTrips(rounds, from, to, wakeUp, sending, received))
            .isEqualTo(rounds * 32L * 216);
        allocated = threads.getCurrentThreadAllocatedBytes() - before - 1_000; // of the test itself
      }
      assertThat(allocated).isLessThanOrEqualTo(rounds * sliceBytes);
    }
  }

  private static long roundTrips(
      int count,
      NetlinkSocket from,
      NetlinkSocket to,
      WakeUp wakeUp,
      SendBatch sending,
      ReceiveBatch received) {
    long bytes = 0;
    for (int round = 0; round < count; round++) {
      sending.send(from, 0, 32, Nl.MSG_DONTWAIT);
      to.awaitReadable(wakeUp, 1000);
      int n = received.receive(to);
      for (int i = 0; i < n; i++) {
        bytes += received.length(i);
        long at = received.at(i);
        boolean good =
            Datagram.classify(
                        received.data(), at, received.length(i), received.sender(i), from.port())
                    == Datagram.RECORD
                && received.data().get(JAVA_BYTE, at + Nl.HEADER) == 'a' + i % 26;
        bytes -= good ? 0 : 1;
      }
    }
    return bytes;
  }
}
