// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.StandStill;
import io.kauditd.transport.netlink.PeerProcesses.Engine;
import io.kauditd.transport.netlink.PeerProcesses.Receiver;
import io.kauditd.transport.netlink.PeerProcesses.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engine, daemon and listener as three processes: stopped, continued, killed, replaced. */
@Timeout(300)
class PeerProcessesTest {
  /** Room for some three hundred records of 200 bytes. */
  private static final int SMALL_BUFFER = 128 << 10;

  private static final int LARGE_BUFFER = 16 << 20;

  @TempDir Path directory;
  private final long port = TestSockets.freshPort();
  private PeerProcesses processes;
  private Engine engine;

  @BeforeEach
  void prepare() {
    TestSockets.assumeNetlink();
    processes = new PeerProcesses(directory);
  }

  @AfterEach
  void killThem() {
    if (processes != null) {
      processes.close();
    }
  }

  private Receiver daemon(String name) throws Exception {
    Receiver daemon = processes.receiver(port, PeerDaemon.Mode.DAEMON, SMALL_BUFFER, name);
    Await.until(
        name + " is registered",
        () -> PeerDaemon.engineStatus(port).pid() == daemon.process().pid());
    return daemon;
  }

  /** A listener, or null where the process may not join a group. */
  private @Nullable Receiver listener() throws Exception {
    if (Libc.geteuid() != 0) {
      System.out.println(
          "without a listener: joining a multicast group needs CAP_NET_ADMIN (root)");
      return null;
    }
    long before = TestSockets.listeners(Nl.NETLINK_USERSOCK);
    Receiver listener =
        processes.receiver(port, PeerDaemon.Mode.LISTENER, LARGE_BUFFER, "listener");
    Await.until(
        "the listener has joined", () -> TestSockets.listeners(Nl.NETLINK_USERSOCK) > before);
    PeerDaemon.engineStatus(port); // has the engine look
    return listener;
  }

  private void start(String policy) throws Exception {
    engine = processes.engine(port, policy);
    Await.until("the engine answers", this::engineAnswers);
  }

  private boolean engineAnswers() {
    try {
      PeerDaemon.engineStatus(port);
      return true;
    } catch (NetlinkException e) {
      return false;
    }
  }

  private static void awaitCount(Receiver receiver, int count) throws Exception {
    Await.until(receiver.file() + " has " + count, () -> receiver.numbers().size() >= count);
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ordered", "mainline"})
  void aDaemonIsStoppedContinuedKilledAndReplaced(String policy) throws Exception {
    start(policy);
    Receiver first = daemon("first");
    Receiver listener = listener();
    engine.log(1_000);
    awaitCount(first, 1_000);

    StandStill.begin(first.process().pid());
    engine.log(5_000);
    Await.until("the daemon is full", () -> engine.status().failedSends() > 0);
    Status stalled = engine.status();
    assertThat(stalled.delivered()).isBetween(1_001L, 5_999L);
    assertThat(stalled.waiting()).isEqualTo(6_000 - stalled.delivered());
    assertThat(stalled.daemon()).as("EAGAIN never ends the registration").isNotZero();
    assertThat(stalled.resets()).isZero();
    assertRefused();

    StandStill.end(first.process().pid());
    awaitCount(first, 6_000);
    Await.until("nothing waits", () -> engine.status().waiting() == 0);
    assertInOrder(policy, first.numbers(), range(0, 6_000));

    first.signal("KILL");
    first.process().waitFor();
    engine.log(500);
    Await.until("the connection is given up", () -> engine.status().daemon() == 0);
    Await.until("the records are held", () -> engine.status().hold() == 500);
    assertThat(engine.status().resets()).isEqualTo(1);
    assertThat(PeerDaemon.engineStatus(port).pid()).isZero();

    Receiver second = daemon("second");
    engine.log(500);
    awaitCount(second, 1_000);
    assertInOrder(policy, second.numbers(), range(6_000, 7_000));

    Status last = engine.end();
    assertThat(last.balances()).isTrue();
    assertThat(last.delivered()).isEqualTo(7_000);
    assertThat(last.dropped()).isZero();
    if (listener != null) {
      awaitCount(listener, 7_000);
      assertThat(listener.numbers()).isEqualTo(range(0, 7_000));
      assertThat(listener.problems()).isEmpty();
    }
  }

  /** Under ordered the very list, under mainline the same records. */
  private static void assertInOrder(String policy, List<Integer> got, List<Integer> expected) {
    if (policy.equals("ordered")) {
      assertThat(got).isEqualTo(expected);
    } else {
      assertThat(got).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  /** A stopped daemon keeps its place: its socket still takes the test, or is full. */
  private void assertRefused() throws Exception {
    long holder = PeerDaemon.engineStatus(port).pid();
    Receiver intruder = processes.receiver(port, PeerDaemon.Mode.DAEMON, SMALL_BUFFER, "intruder");
    String said =
        new String(intruder.process().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(intruder.process().waitFor()).isEqualTo(3);
    assertThat(said).contains("process " + holder + " holds the daemon's place");
  }

  @Test
  void aDaemonKilledWhileRecordsFlowTakesAtMostItsSocketAlong() throws Exception {
    start("ordered");
    Receiver first = daemon("first");
    engine.log(20_000);
    awaitCount(first, 2_000);
    first.signal("KILL");
    first.process().waitFor();
    Receiver second = daemon("second");
    engine.log(1_000);
    Await.until("nothing waits", () -> engine.status().waiting() == 0);
    Status last = engine.end();
    assertThat(last.delivered()).isEqualTo(21_000);
    assertThat(last.dropped()).isZero();

    awaitEndOf(second);
    var arrived = new ArrayList<>(first.numbers());
    arrived.addAll(second.numbers());
    assertThat(arrived).isSorted();
    assertThat(new HashSet<>(arrived)).as("no record twice").hasSameSizeAs(arrived);
    // A delivered record was in the daemon's socket; the kernel's ledger says no more than that.
    long messageCharge = 832;
    assertThat(21_000 - arrived.size()).isBetween(0, (int) (2 * SMALL_BUFFER / messageCharge) + 64);
    assertThat(arrived.getLast()).isEqualTo(20_999);
  }

  private static void awaitEndOf(Receiver receiver) throws Exception {
    Await.until(
        "the last record has arrived",
        () -> !receiver.numbers().isEmpty() && receiver.numbers().getLast() == 20_999);
  }
}
