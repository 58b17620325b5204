// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import io.kauditd.spi.RecordSource;
import io.kauditd.testkit.RecordSourceContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The rules for sources, for the daemon of the live kernel. */
@Timeout(180)
class KernelSourceContractTest extends RecordSourceContract {
  private static final String OURS = "op=contract n=";

  private final List<AutoCloseable> others = new ArrayList<>();
  private final ExecutorService sender = Executors.newSingleThreadExecutor();
  private volatile boolean over;
  private LiveKernel kernel;
  private Kauditd engine;
  private String before; // what the kernel puts before the text of a user message

  @BeforeEach
  void takeKernel() throws Exception {
    kernel = LiveKernel.take();
    engine = Kauditd.builder().transport("netlink", NetlinkTransportProvider.kernel(64)).start();
    sender.submit(() -> {}).get(); // its thread is there before a source is made
    before = textBefore();
  }

  @AfterEach
  void giveKernelBack() throws Exception {
    over = true;
    sender.shutdown();
    assertThat(sender.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    for (AutoCloseable other : others) {
      other.close();
    }
    if (engine != null) {
      engine.close();
    }
    if (kernel != null) {
      kernel.close();
    }
  }

  /** Asks the kernel by one message: pid, uid and more, which depends on the machine. */
  private String textBefore() throws Exception {
    try (RunningSource source = new RunningSource(source())) {
      send(1);
      source.sink.await(1, this::isOwn);
      String text =
          source.sink.records().stream().filter(this::isOwn).findFirst().orElseThrow().text();
      return text.substring(0, text.indexOf(OURS));
    }
  }

  private static RecordSource source() {
    return KernelSource.builder()
        .mode(KernelSource.Mode.DAEMON)
        .watchInterval(Duration.ofMillis(50))
        .build();
  }

  /** Sends records as soon as a daemon has registered: the kernel keeps none for later. */
  private void send(int records) {
    while (!over && !isRegistered()) {
      Thread.onSpinWait();
    }
    for (int n = 1; n <= records && !over; n++) {
      engine.log(RecordType.TRUSTED_APP, OURS + n + ".");
    }
  }

  private boolean isRegistered() {
    try {
      KernelStatus status = kernel.audit.status();
      return status.pid() == ProcessHandle.current().pid() && status.enabled() == 1;
    } catch (NetlinkException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected RecordSource newSource(int records) {
    sender.execute(() -> send(records));
    return source();
  }

  @Override
  protected String expectedText(int number) {
    return before + OURS + number + ".'";
  }

  @Override
  protected boolean isOwn(AuditRecord record) {
    return record.type() == RecordType.TRUSTED_APP && record.text().contains(OURS);
  }

  @Override
  protected boolean endsByItself() {
    return false;
  }

  /** The place of the daemon is taken. */
  @Override
  protected Unopenable newUnopenableSource() throws Exception {
    others.add(new RunningSource(source()));
    Await.until("a daemon is registered", this::isRegistered);
    return Unopenable.of(source(), "process " + ProcessHandle.current().pid());
  }
}
