// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.kauditd.api.FailureMode;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.KernelLock;
import io.kauditd.transport.netlink.KernelAudit;
import io.kauditd.transport.netlink.KernelStatus;
import io.kauditd.transport.netlink.NetlinkException;
import java.io.IOException;

/**
 * The live kernel for one test: nobody else's meanwhile, and as it was afterwards. Where it cannot
 * be had, the test is skipped, saying why.
 */
public final class LiveKernel implements AutoCloseable {
  /**
   * More than any test sends at once. A sender that finds the kernel's backlog over its limit goes
   * to sleep for the backlog wait time, a minute; if kauditd has emptied the backlog just before,
   * nobody wakes it.
   */
  private static final int ROOM = 8192;

  public final KernelAudit audit;
  public final KernelStatus before;
  private final KernelLock lock;
  private final Thread hook = new Thread(this::restore);

  private LiveKernel(KernelAudit audit, KernelStatus before, KernelLock lock) {
    this.audit = audit;
    this.before = before;
    this.lock = lock;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  public static LiveKernel take() throws IOException {
    try {
      KernelAudit audit = KernelAudit.open();
      audit.status(); // refused at once where it may not
      KernelLock lock = KernelLock.take();
      KernelStatus before = audit.status();
      if (before.pid() != 0 || before.enabled() == 2) {
        audit.close();
        lock.close();
        abort("the kernel's audit is in use (pid " + before.pid() + ") or locked");
      }
      LiveKernel kernel = new LiveKernel(audit, before, lock);
      audit.setFailureMode(FailureMode.SILENT);
      audit.setBacklogLimit(ROOM);
      return kernel;
    } catch (NetlinkException e) {
      abort("no live kernel for this test: " + e.getMessage());
      throw e;
    }
  }

  private void restore() {
    try {
      audit.setEnabled(before.enabled() != 0);
      audit.setBacklogLimit(before.backlogLimit());
      audit.setBacklogWaitTime(before.backlogWaitTime());
      audit.setRateLimit(before.rateLimit());
      audit.setFailureMode(before.failure() == 0 ? FailureMode.SILENT : FailureMode.PRINTK);
    } catch (NetlinkException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Restores the kernel; fails if it is not as it was. */
  @Override
  public void close() throws Exception {
    Runtime.getRuntime().removeShutdownHook(hook);
    restore();
    Await.until("the kernel has sent or dropped what it had", () -> audit.status().backlog() == 0);
    KernelStatus after = audit.status();
    audit.close();
    lock.close();
    assertThat(settings(after))
        .as("the kernel's settings, before and after")
        .isEqualTo(settings(before));
  }

  /** Without the counters, which tests reset and others let grow. */
  private static KernelStatus settings(KernelStatus status) {
    return new KernelStatus(
        status.enabled(),
        status.failure(),
        status.pid(),
        status.rateLimit(),
        status.backlogLimit(),
        0,
        0,
        status.features(),
        status.backlogWaitTime(),
        0);
  }
}
