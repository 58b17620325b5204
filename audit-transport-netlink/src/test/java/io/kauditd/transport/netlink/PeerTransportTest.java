// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.Transport;
import io.kauditd.testkit.CollectingSink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine and its peers in one process, over real sockets. */
@Timeout(180)
class PeerTransportTest {
  private final long port = TestSockets.freshPort();
  private Kauditd engine;

  @BeforeEach
  void startEngine() {
    TestSockets.assumeNetlink();
    engine = engine(Set.of());
  }

  private Kauditd engine(Set<Integer> users) {
    return Kauditd.builder()
        .transport(
            "netlink", NetlinkTransportProvider.peer(port, users, 1, Duration.ofMillis(100), 64))
        .start();
  }

  @AfterEach
  void stopEngine() {
    if (engine != null) {
      engine.close();
    }
  }

  private RunningSource daemon() throws Exception {
    var running =
        new RunningSource(
            PeerDaemon.builder().enginePort(port).watchInterval(Duration.ofMillis(50)).build());
    Await.until("a daemon is registered", () -> engine.status().daemon() != 0);
    return running;
  }

  private void log(int from, int to) {
    for (int i = from; i < to; i++) {
      assertThat(engine.log(1112, "n=" + i)).isTrue();
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "n=" + i).toList();
  }

  private static List<String> texts(RunningSource source) {
    return source.sink.records().stream().map(AuditRecord::text).toList();
  }

  @Test
  void aDaemonGetsWhatWaitedForItAndWhatComes() throws Exception {
    log(0, 100);
    try (RunningSource daemon = daemon()) {
      log(100, 1000);
      daemon.sink.await(1000, r -> true);
      assertThat(texts(daemon)).isEqualTo(numbers(0, 1000));
      assertThat(daemon.sink.records()).allMatch(r -> r.type() == 1112);
      assertThat(daemon.sink.problems()).isEmpty();
    }
    AuditStatus last = engine.close(Duration.ofSeconds(5));
    assertThat(last.ledger().delivered()).isEqualTo(1000);
    assertThat(last.ledger().balances()).isTrue();
  }

  @Test
  void timeSerialTypeAndBytesArriveAsTheyWere() throws Exception {
    try (RunningSource daemon = daemon()) {
      AuditRecord record =
          AuditRecord.ofBytes(1300, 1642555588123L, 456, new byte[] {'a', (byte) 0xFF, 'b'});
      engine.log(record);
      daemon.sink.await(1, r -> true);
      assertThat(daemon.sink.records()).containsExactly(record);
    }
  }

  @Test
  void unregisteringTellsTheEngine() throws Exception {
    daemon().close();
    Await.until("the engine has no daemon", () -> engine.status().daemon() == 0);
    log(0, 10);
    Await.until("the records are held", () -> engine.status().ledger().inHold() == 10);
    try (RunningSource next = daemon()) {
      next.sink.await(10, r -> true);
      assertThat(texts(next)).isEqualTo(numbers(0, 10));
    }
  }

  @Test
  void aSecondDaemonIsRefusedAndToldWhoHasThePlace() throws Exception {
    try (RunningSource first = daemon();
        RunningSource second = new RunningSource(PeerDaemon.builder().enginePort(port).build())) {
      assertThat(second.awaitEnd())
          .isInstanceOf(NetlinkException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("holds the daemon's place");
      log(0, 10);
      first.sink.await(10, r -> true);
    }
  }

  @Test
  void aDaemonWaitsForItsEngineAndFindsTheNextOne() throws Exception {
    engine.close();
    try (RunningSource daemon =
        new RunningSource(
            PeerDaemon.builder().enginePort(port).watchInterval(Duration.ofMillis(20)).build())) {
      engine = engine(Set.of());
      log(0, 10);
      daemon.sink.await(10, r -> true);
      engine.close();
      engine = engine(Set.of());
      log(10, 20);
      daemon.sink.await(20, r -> true);
      assertThat(texts(daemon)).isEqualTo(numbers(0, 20));
    }
  }

  @Test
  void theStatusIsTheEngines() throws Exception {
    engine.configure(s -> s.withBacklogLimit(777).withRateLimit(5).withBacklogWaitTimeMs(42));
    Await.until("the engine answers", this::answers);
    KernelStatus alone = PeerDaemon.engineStatus(port);
    assertThat(alone).isEqualTo(new KernelStatus(1, 1, 0, 5, 777, 0, 0, alone.features(), 42, 0));
    try (RunningSource daemon = daemon()) {
      assertThat(PeerDaemon.engineStatus(port).pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(daemon.sink.problems()).isEmpty();
    }
  }

  @Test
  void anEngineThatIsNotThereIsSaidToBe() {
    engine.close();
    assertThatThrownBy(() -> PeerDaemon.engineStatus(port))
        .isInstanceOf(NetlinkException.class)
        .hasMessageContaining("ECONNREFUSED")
        .hasMessageContaining(Long.toString(port));
  }

  @Test
  void aPortInUseIsNamedAndTriedAgain() throws Exception {
    Await.until("the first engine has the port", this::answers);
    try (Kauditd second =
        Kauditd.builder()
            .transport(
                "netlink",
                NetlinkTransportProvider.peer(port, Set.of(), 1, Duration.ofMillis(100), 64))
            .reopenPauses(Duration.ofMillis(10), Duration.ofMillis(50))
            .start()) {
      Await.until("it says why", () -> second.status().lastError() != null);
      assertThat(second.status().lastError())
          .contains("port " + port + " is in use")
          .contains("option 'port'");
      engine.close();
      Await.until("it has the port", this::answers);
    }
  }

  @Test
  void tryingAPortInUseAgainAndAgainLeavesNothingOpen() throws Exception {
    Await.until("the first engine has the port", this::answers);
    Transport second = NetlinkTransportProvider.peer(port, Set.of(), 1, Duration.ofMillis(100), 64);
    var context = new RefusingContext();
    assertThat(second.open(context).outcome()).isEqualTo(OpenResult.Outcome.FAILED);
    long before = eventDescriptors();
    for (int i = 0; i < 20; i++) {
      assertThat(second.open(context).outcome()).isEqualTo(OpenResult.Outcome.FAILED);
    }
    assertThat(eventDescriptors()).isEqualTo(before);
  }

  private static long eventDescriptors() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(PeerTransportTest::isEventDescriptor).count();
    }
  }

  private static boolean isEventDescriptor(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().equals("anon_inode:[eventfd]");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  @Test
  void aDaemonWhoseRegistrationWasNotAnsweredKnowsItsPlaceAllTheSame() throws Exception {
    Await.until("the engine answers", this::answers);
    PeerDaemon.Builder settings = PeerDaemon.builder().enginePort(port);
    try (WakeUp wakeUp = new WakeUp();
        NetlinkSocket receiving = TestSockets.open();
        KernelChannel channel = KernelChannel.toEngine(port)) {
      // Nobody takes answers from the receiving socket, as if it were full of records.
      var problems = new ReceiveProblems(new CollectingSink(), "netlink", "", true);
      var registration =
          new PeerRegistration(receiving, wakeUp, problems, settings, Platform.ownUserAndRoot());
      registration.takePlace(channel);
      assertThat(channel.status().pid()).isEqualTo(ProcessHandle.current().pid());
      registration.keepPlace(channel);
      registration.givePlaceBack(channel);
      assertThat(channel.status().pid()).isZero();
    }
  }

  @Test
  void aStrangersRecordsAreRefused() throws Exception {
    try (RunningSource daemon = daemon();
        NetlinkSocket stranger = TestSockets.open()) {
      long daemonPort = engine.status().daemon();
      MemorySegment message = Arena.ofAuto().allocate(ReceiveBatch.SLOT, 8);
      int length =
          new RecordEncoder().putRecord(AuditRecord.of(1112, 1, 1, "forged"), message, 0, 0);
      assertThat(
              stranger.sendTo(
                  message, length, 0, NetlinkSocket.address(Arena.ofAuto(), daemonPort, 0)))
          .isZero();
      log(0, 1);
      daemon.sink.await(1, r -> true);
      daemon.sink.awaitProblem("other senders");
      assertThat(texts(daemon)).containsExactly("n=0");
    }
  }

  @Test
  void anEngineOfAnotherUserIsNotTrusted() throws Exception {
    try (RunningSource daemon =
        new RunningSource(
            PeerDaemon.builder().enginePort(port).engineUser(Libc.geteuid() + 1).build())) {
      log(0, 1);
      daemon.sink.awaitProblem("other senders");
      assertThat(daemon.sink.records()).isEmpty();
    }
  }

  @Test
  void arbitraryRequestsDoNotDisturbTheEngine() throws Exception {
    var mutator = new Mutator(20261122);
    try (NetlinkSocket socket = TestSockets.open()) {
      MemorySegment message = Arena.ofAuto().allocate(ReceiveBatch.SLOT, 8);
      MemorySegment address = NetlinkSocket.address(Arena.ofAuto(), port, 0);
      Await.until("the engine answers", this::answers);
      for (int i = 0; i < 20_000; i++) {
        byte[] bytes = mutator.next();
        MemorySegment.copy(
            bytes, 0, message, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, bytes.length);
        int error = socket.sendTo(message, Math.max(1, bytes.length), 0, address);
        assertThat(error).isIn(0, -Errno.EAGAIN);
      }
    }
    assertThat(PeerDaemon.engineStatus(port).backlogLimit())
        .isEqualTo(AuditSettings.EMBEDDED.backlogLimit());
  }

  private boolean answers() throws IOException {
    try {
      PeerDaemon.engineStatus(port);
      return true;
    } catch (NetlinkException e) {
      return false;
    }
  }

  @Test
  void aTextThatIsTooLongIsRejectedAndTheOthersArrive() throws Exception {
    try (RunningSource daemon = daemon()) {
      engine.log(1112, "before");
      engine.log(1112, "x".repeat(AuditRecord.MAX_LENGTH_BYTES + 1));
      engine.log(1112, "after");
      daemon.sink.await(2, r -> true);
      assertThat(texts(daemon)).containsExactly("before", "after");
    }
    Await.until("it is counted", () -> engine.status().ledger().dropped(LostReason.REJECTED) == 1);
  }

  /** Whatever a log can hold: what the kernel's form has no room for, and what means a request. */
  @Test
  void aRecordArrivesAsItIsWhateverItIs() throws Exception {
    List<AuditRecord> records =
        Stream.concat(
                IntStream.of(
                        0,
                        2,
                        3,
                        16,
                        1000,
                        1001,
                        1005,
                        1006,
                        1019,
                        1050,
                        1099,
                        1100,
                        1300,
                        1329,
                        1335,
                        Nl.AUDIT_LINE,
                        0xFFFF,
                        0x10000,
                        66836,
                        132072,
                        999_999_999)
                    .mapToObj(type -> AuditRecord.of(type, 1642555588123L, type, "\4\0\0\0 type")),
                Stream.of(
                    AuditRecord.of(1112, 1, 2, ""),
                    AuditRecord.of(1112, 1, 3, " "),
                    AuditRecord.of(1112, 1, 4, "ends in spaces  "),
                    AuditRecord.of(1112, 0, 0, "audit(1.000:2): another stamp"),
                    AuditRecord.of(1112, Long.MAX_VALUE, -1, "the highest numbers"),
                    AuditRecord.of(1112, 1, 999_999_999_999_999_999L, "18 digits"),
                    AuditRecord.of(1112, 1, 1_000_000_000_000_000_000L, "19 digits"),
                    AuditRecord.of(1112, 999_999_999_999_999L, 5, "12 digits"),
                    AuditRecord.of(1112, 1_000_000_000_000_000L, 6, "13 digits"),
                    AuditRecord.of(1112, 1, 7, "x".repeat(AuditRecord.MAX_LENGTH_BYTES)),
                    AuditRecord.of(1112, 1, 8, "uid=0\u001D" + "U".repeat(9_000)),
                    AuditRecord.of(1112, 1, 9, "n").withHead("node=web1 type=USER_LOGIN"),
                    AuditRecord.of(0, 1, 10, "t").withHead("type=NEW_ONE"),
                    AuditRecord.of(1203, 1000, 11, "c")
                        .withHead("type=DAEMON_CONFIG msg=audit(1.000:11) "),
                    AuditRecord.of(1302, 1, 12, "b")
                        .withHeadBytes(
                            new byte[] {
                              'n',
                              'o',
                              'd',
                              'e',
                              '=',
                              (byte) 0xF6,
                              ' ',
                              't',
                              'y',
                              'p',
                              'e',
                              '=',
                              'P',
                              'A',
                              'T',
                              'H'
                            })))
            .toList();
    try (RunningSource daemon = daemon()) {
      records.forEach(engine::log);
      daemon.sink.await(records.size(), r -> true);
      assertThat(daemon.sink.records().stream().map(AuditRecord::toString))
          .isEqualTo(records.stream().map(AuditRecord::toString).toList());
      assertThat(daemon.sink.records().stream().map(AuditRecord::type))
          .isEqualTo(records.stream().map(AuditRecord::type).toList());
      assertThat(daemon.sink.problems()).isEmpty();
    }
    assertThat(engine.status().ledger().delivered()).isEqualTo(records.size());
  }

  @Test
  void aRecordThatWouldArriveAsAnotherIsRejectedAndCounted() throws Exception {
    try (RunningSource daemon = daemon()) {
      engine.log(1112, "before");
      engine.log(AuditRecord.of(1112, 1, 2, "t").withHead("type=SYSCALL"));
      engine.log(AuditRecord.of(1112, 1, 2, "t").withHead("no form of a head"));
      engine.log(AuditRecord.of(1112, 1, 2, "t").withHead("type=USER_LOGIN msg=audit(7.000:7): "));
      engine.log(
          AuditRecord.of(1112, 1, 2, "t").withHead("node=" + "n".repeat(5000) + " type=CWD"));
      engine.log(AuditRecord.of(Integer.MAX_VALUE, 1, 2, "t"));
      engine.log(1112, "after");
      daemon.sink.await(2, r -> true);
      assertThat(texts(daemon)).containsExactly("before", "after");
    }
    Await.until(
        "all are counted", () -> engine.status().ledger().dropped(LostReason.REJECTED) == 5);
  }

  @Test
  void aListenerGetsCopiesBesideTheDaemon() throws Exception {
    assumeTrue(Libc.geteuid() == 0, "joining a multicast group needs CAP_NET_ADMIN (root)");
    long before = TestSockets.listeners(Nl.NETLINK_USERSOCK);
    try (RunningSource daemon = daemon();
        RunningSource listener =
            new RunningSource(
                PeerDaemon.builder().enginePort(port).mode(PeerDaemon.Mode.LISTENER).build())) {
      Await.until(
          "the listener has joined", () -> TestSockets.listeners(Nl.NETLINK_USERSOCK) > before);
      PeerDaemon.engineStatus(port); // has the engine look
      log(0, 500);
      listener.sink.await(500, r -> true);
      daemon.sink.await(500, r -> true);
      assertThat(texts(listener)).isEqualTo(numbers(0, 500));
      assertThat(texts(daemon)).isEqualTo(numbers(0, 500));
    }
  }

  @Test
  void onlyAllowedUsersMayAskOrRegister() throws Exception {
    long own = TestSockets.freshPort();
    var context = new RefusingContext();
    try (PeerServer server = new PeerServer(context, own, Set.of(Libc.geteuid() + 1), 0);
        RunningSource daemon = new RunningSource(PeerDaemon.builder().enginePort(own).build())) {
      assertThat(server.socket().port()).isEqualTo(own);
      assertThat(daemon.awaitEnd())
          .hasMessageContaining("refuses this user")
          .hasMessageContaining("allow-uids");
      assertThatThrownBy(() -> PeerDaemon.engineStatus(own)).hasMessageContaining("EPERM");
      assertThat(context.connected).isFalse();
    }
  }
}
