// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Await;
import io.kauditd.spi.Transport;
import io.kauditd.testkit.TransportContract;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * The rules for transports, for the live kernel. It takes records while auditing is on, and is away
 * while it is off; what has arrived is what it sends to its audit daemon, which is this process.
 */
@Timeout(180)
class KernelTransportContractTest extends TransportContract {
  /** What the kernel makes of a user message of this process. */
  private static final Pattern OURS =
      Pattern.compile("pid=" + ProcessHandle.current().pid() + " .*? msg='(.*)'", Pattern.DOTALL);

  private @Nullable LiveKernel kernel;
  private @Nullable RunningSource daemon;

  @BeforeEach
  void takeKernel() throws Exception {
    kernel = LiveKernel.take();
    daemon =
        new RunningSource(
            KernelSource.builder()
                .mode(KernelSource.Mode.DAEMON)
                .watchInterval(Duration.ofMillis(200))
                .build());
    Await.until("the daemon is registered, and auditing is on", this::isOn);
  }

  private boolean isOn() throws NetlinkException {
    KernelStatus status = kernel.audit.status();
    return status.pid() == ProcessHandle.current().pid() && status.enabled() == 1;
  }

  @AfterEach
  void giveKernelBack() throws Exception {
    if (daemon != null) {
      daemon.close();
    }
    if (kernel != null) {
      kernel.close();
    }
  }

  @Override
  protected Map<String, String> deviations() {
    return Map.of(
        "T8", "the kernel never refuses for now; over its backlog limit it holds the sender");
  }

  @Override
  protected Transport newTransport() {
    return NetlinkTransportProvider.kernel(64);
  }

  @Override
  protected List<String> arrived() {
    return daemon.sink.records().stream()
        .filter(record -> record.type() == RecordType.TRUSTED_APP)
        .map(AuditRecord::text)
        .map(OURS::matcher)
        .filter(Matcher::matches)
        .map(ours -> ours.group(1))
        .toList();
  }

  @Override
  protected boolean stopDaemon() throws NetlinkException {
    kernel.audit.setEnabled(false);
    return true;
  }

  @Override
  protected void startDaemon() throws NetlinkException {
    kernel.audit.setEnabled(true);
  }
}
