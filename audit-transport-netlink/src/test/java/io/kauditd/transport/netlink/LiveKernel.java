// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.kauditd.api.FailureMode;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.KernelLock;
import io.kauditd.transport.netlink.Privileges.Capability;
import java.io.IOException;

/**
 * The live kernel for one test: nobody else's meanwhile, and as it was afterwards. The test is
 * skipped, saying what is missing, where the kernel cannot be had.
 */
final class LiveKernel implements AutoCloseable {
  /**
   * More than any test sends at once. A sender that finds the kernel's backlog over its limit goes
   * to sleep for the backlog wait time, a minute; if kauditd has emptied the backlog just before,
   * nobody wakes it.
   */
  private static final int ROOM = 8192;

  final KernelAudit audit;
  final KernelStatus before;
  private final KernelLock lock;
  private final Thread hook = new Thread(this::restore);

  private LiveKernel(KernelAudit audit, KernelLock lock) throws IOException {
    this.audit = audit;
    this.lock = lock;
    before = audit.status();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Takes the kernel: failure silent, so that nothing is printed if something goes wrong. */
  static LiveKernel take() throws IOException {
    for (Capability capability : Capability.values()) {
      if (!Privileges.has(capability)) {
        abort("the live kernel needs " + capability + "; run the tests as root on a host");
      }
    }
    if (!Privileges.inFirstUserNamespace() || !Privileges.inFirstPidNamespace()) {
      abort("the live kernel needs the first user and process namespaces; this is a container");
    }
    KernelLock lock = KernelLock.take();
    KernelAudit audit;
    try {
      audit = KernelAudit.open();
      KernelStatus status = audit.status();
      if (status.pid() != 0 || status.enabled() == 2) {
        audit.close();
        lock.close();
        abort("the kernel's audit is in use (pid " + status.pid() + ") or locked");
      }
    } catch (NetlinkException e) {
      lock.close();
      abort("no kernel audit: " + e.getMessage());
      throw e;
    }
    LiveKernel kernel = new LiveKernel(audit, lock);
    audit.setFailureMode(FailureMode.SILENT);
    audit.setBacklogLimit(ROOM);
    return kernel;
  }

  private boolean isIdle() throws NetlinkException {
    return audit.status().backlog() == 0;
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
    Await.until("the kernel has sent or dropped what it had", this::isIdle);
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
