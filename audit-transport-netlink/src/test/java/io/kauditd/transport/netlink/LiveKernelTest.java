// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.FailureMode;
import io.kauditd.api.LostReason;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel of this machine; every test leaves it exactly as it was, or fails. */
@Timeout(180)
class LiveKernelTest {
  private static final int TRUSTED_APP = 1121;
  private static final Pattern NUMBER = Pattern.compile("msg='kauditd-test n=(\\d+) ");

  private LiveKernel kernel;
  private long listeners;

  @BeforeEach
  void takeKernel() throws IOException {
    kernel = LiveKernel.take();
    listeners = TestSockets.listeners(Nl.NETLINK_AUDIT);
  }

  @AfterEach
  void giveKernelBack() throws Exception {
    if (kernel != null) {
      kernel.close();
    }
  }

  private static RunningSource start(KernelSource.Mode mode) {
    return new RunningSource(
        KernelSource.builder().mode(mode).watchInterval(Duration.ofMillis(200)).build());
  }

  private RunningSource startDaemon() throws Exception {
    RunningSource daemon = start(KernelSource.Mode.DAEMON);
    long self = ProcessHandle.current().pid();
    Await.until(
        "registered and enabled",
        () -> {
          KernelStatus status = kernel.audit.status();
          return status.pid() == self && status.enabled() == 1;
        });
    return daemon;
  }

  private static Kauditd sender() {
    return Kauditd.builder()
        .settings(AuditSettings.DEFAULTS.withBacklogWaitTimeMs(60_000))
        .transport("netlink", NetlinkTransportProvider.kernel(64))
        .reopenPauses(Duration.ofMillis(10), Duration.ofMillis(50))
        .start();
  }

  private static String text(int number) {
    String start = "kauditd-test n=" + number + " ";
    return start + "x".repeat(200 - start.length());
  }

  private static boolean isOurs(AuditRecord record) {
    return record.type() == TRUSTED_APP && NUMBER.matcher(record.text()).find();
  }

  private static BitSet numbers(List<AuditRecord> records) {
    var numbers = new BitSet();
    for (AuditRecord record : records) {
      Matcher m = NUMBER.matcher(record.text());
      if (m.find()) {
        int number = Integer.parseInt(m.group(1));
        assertThat(numbers.get(number)).as("record %d comes once", number).isFalse();
        numbers.set(number);
      }
    }
    return numbers;
  }

  @Test
  void twoHundredThousandUserMessagesArriveAndNoneIsLost() throws Exception {
    int count = 200_000;
    try (RunningSource daemon = startDaemon()) {
      try (Kauditd sender = sender()) {
        for (int i = 0; i < count; i++) {
          sender.log(TRUSTED_APP, text(i));
        }
        AuditStatus sent = sender.close(Duration.ofSeconds(60));
        assertThat(sent.ledger().delivered()).isEqualTo(count);
        assertThat(sent.lost()).isZero();
      }
      daemon.close();
      List<AuditRecord> records = daemon.sink.records().stream().filter(r -> isOurs(r)).toList();
      assertThat(records).hasSize(count);
      assertThat(numbers(records).cardinality()).isEqualTo(count);
      assertThat(daemon.sink.problems()).noneMatch(p -> p.contains("missing"));
      assertThat(kernel.audit.status().lost()).isEqualTo(kernel.before.lost());
    }
    assertThat(kernel.audit.status().pid()).isZero();
    assertThat(kernel.audit.status().enabled()).isEqualTo(kernel.before.enabled());
  }

  @Test
  void aRecordIsAsTheKernelMadeIt() throws Exception {
    try (RunningSource daemon = startDaemon();
        Kauditd sender = sender()) {
      long before = System.currentTimeMillis();
      sender.log(TRUSTED_APP, text(7));
      daemon.sink.await(1, LiveKernelTest::isOurs);
      AuditRecord record =
          daemon.sink.records().stream().filter(r -> isOurs(r)).findFirst().orElseThrow();
      assertThat(record.text())
          .startsWith("pid=" + ProcessHandle.current().pid() + " uid=0 auid=")
          .endsWith(" msg='" + text(7) + "'");
      assertThat(record.serial()).isPositive();
      assertThat(record.timeMs()).isBetween(before - 5_000, System.currentTimeMillis() + 5_000);
    }
  }

  @Test
  void aListenerBesideTheDaemonGetsTheSame() throws Exception {
    try (RunningSource daemon = startDaemon();
        RunningSource listener = start(KernelSource.Mode.LISTENER);
        Kauditd sender = sender()) {
      Await.until("it listens", () -> TestSockets.listeners(Nl.NETLINK_AUDIT) > listeners);
      for (int i = 0; i < 1_000; i++) {
        sender.log(TRUSTED_APP, text(i));
      }
      listener.sink.await(1_000, LiveKernelTest::isOurs);
      daemon.sink.await(1_000, LiveKernelTest::isOurs);
      assertThat(numbers(listener.sink.records())).isEqualTo(numbers(daemon.sink.records()));
    }
  }

  @Test
  void whileAnotherDaemonHoldsThePlaceItsPidIsNamedAndAutoListens() throws Exception {
    Process other = otherDaemon();
    try {
      RunningSource refused = start(KernelSource.Mode.DAEMON);
      assertThat(refused.awaitEnd())
          .isInstanceOf(NetlinkException.class)
          .hasMessageContaining("process " + other.pid() + " holds the place");
      assertThat(((NetlinkException) refused.awaitEnd()).errno()).isEqualTo(Errno.EEXIST);
      try (RunningSource beside = start(KernelSource.Mode.AUTO);
          Kauditd sender = sender()) {
        Await.until("it listens", () -> TestSockets.listeners(Nl.NETLINK_AUDIT) > listeners);
        sender.log(TRUSTED_APP, text(1));
        beside.sink.await(1, LiveKernelTest::isOurs);
      }
      assertThat(kernel.audit.status().pid()).isEqualTo(other.pid());
    } finally {
      other.getOutputStream().close(); // ends it
      assertThat(other.waitFor()).isZero();
    }
    assertThat(kernel.audit.status().pid()).isZero();
  }

  @Test
  void aDaemonThatWasKilledIsReplaced() throws Exception {
    Process other = otherDaemon();
    other.destroyForcibly().waitFor();
    try (RunningSource daemon = startDaemon();
        Kauditd sender = sender()) {
      sender.log(TRUSTED_APP, text(1));
      daemon.sink.await(1, LiveKernelTest::isOurs);
    }
    // The killed one had turned auditing on, and nobody was left to turn it off.
    assertThat(kernel.audit.status().enabled()).isEqualTo(1);
    kernel.audit.setEnabled(false);
  }

  private static Process otherDaemon() throws Exception {
    Process other =
        new ProcessBuilder(Program.command(KernelDaemonProcess.class, List.of()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(other.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("registered");
    return other;
  }

  @Test
  void whileAuditingIsOffTheTransportKeepsRecordsInTheQueues() throws Exception {
    kernel.audit.setEnabled(false);
    try (Kauditd sender = sender()) {
      sender.log(TRUSTED_APP, text(1));
      Await.until("it says why", () -> sender.status().lastError() != null);
      assertThat(sender.status().lastError()).contains("auditing is off");
      assertThat(sender.status().ledger().delivered()).isZero();
      try (RunningSource daemon = startDaemon()) {
        daemon.sink.await(1, LiveKernelTest::isOurs);
      }
      assertThat(sender.close(Duration.ofSeconds(5)).ledger().delivered()).isEqualTo(1);
    }
  }

  @Test
  void aBatchOfTheLargestSizeIsAcknowledgedInFull() throws Exception {
    int count = 3 * 1024;
    try (RunningSource daemon = startDaemon()) {
      Kauditd sender =
          Kauditd.builder()
              .transport("netlink", NetlinkTransportProvider.kernel(1024))
              .rest(Duration.ofMillis(100))
              .start();
      try (sender) {
        for (int i = 0; i < count; i++) {
          sender.log(TRUSTED_APP, text(i));
        }
        AuditStatus sent = sender.close(Duration.ofSeconds(30));
        assertThat(sent.lastError()).isNull();
        assertThat(sent.ledger().delivered()).isEqualTo(count);
      }
      daemon.close();
      List<AuditRecord> records = daemon.sink.records().stream().filter(r -> isOurs(r)).toList();
      assertThat(numbers(records).cardinality()).isEqualTo(count);
    }
  }

  @Test
  void typesThatAreNoUserMessagesAreRejectedWithTheReason() throws Exception {
    try (RunningSource daemon = startDaemon();
        Kauditd sender = sender()) {
      var texts = new ArrayList<String>();
      sender.log(1300, "arch=c000003e");
      sender.log(TRUSTED_APP, text(1));
      daemon.sink.await(1, LiveKernelTest::isOurs);
      sender.log(TRUSTED_APP, "");
      sender.log(TRUSTED_APP, "x".repeat(8561));
      sender.log(2100, text(2));
      Await.until("all are judged", () -> sender.status().ledger().droppedTotal() == 3);
      Await.until("the last is delivered", () -> sender.status().ledger().delivered() == 2);
      daemon.sink.await(1, r -> r.type() == 2100);
      daemon.sink.records().forEach(r -> texts.add(r.text()));
      assertThat(texts).noneMatch(t -> t.contains("arch=c000003e'"));
      AuditStatus status = sender.status();
      assertThat(status.ledger().dropped(LostReason.REJECTED)).isEqualTo(3);
      assertThat(status.lastError()).contains("8561 bytes").contains("8560");
    }
  }

  @Test
  void settingsAreSetAndCountersReset() throws Exception {
    KernelAudit audit = kernel.audit;
    audit.setBacklogLimit(777);
    audit.setRateLimit(5);
    audit.setBacklogWaitTime(100);
    audit.setFailureMode(FailureMode.SILENT);
    KernelStatus status = audit.status();
    assertThat(status.backlogLimit()).isEqualTo(777);
    assertThat(status.rateLimit()).isEqualTo(5);
    assertThat(status.backlogWaitTime()).isEqualTo(100);
    assertThat(status.failure()).isZero();
    assertThatThrownBy(() -> audit.setBacklogWaitTime(10_000_000))
        .hasMessageContaining("10000000 jiffies")
        .hasMessageContaining("EINVAL");
    assertThatThrownBy(() -> audit.setFailureMode(FailureMode.PANIC))
        .isInstanceOf(IllegalArgumentException.class);
    if (kernel.before.lost() == 0) {
      assertThat(audit.resetLost()).isZero();
    }
    assertThat(audit.loginuidImmutable().locked()).isFalse();
  }

  @Test
  void aVirtualThreadAsksThroughAPlatformThread() throws Exception {
    var asked = new ArrayList<KernelStatus>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            asked.add(kernel.audit.status());
          } catch (NetlinkException e) {
            throw new IllegalStateException(e);
          }
        })
        .join();
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().backlogLimit()).isEqualTo(kernel.audit.status().backlogLimit());
  }
}
