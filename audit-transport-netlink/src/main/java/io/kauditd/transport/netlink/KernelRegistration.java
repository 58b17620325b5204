// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.spi.Counts;
import io.kauditd.transport.netlink.Privileges.Capability;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process as the kernel's audit daemon, and the kernel's state restored when it ends. */
final class KernelRegistration extends Registration {
  private static final Logger LOG = LoggerFactory.getLogger(KernelSource.class);
  private static final long DRAIN_MS = 500;
  private static final long DRAIN_STEP_MS = 5;

  private final boolean enable;
  private final long self = ProcessHandle.current().pid();

  /** Whether the place was had at any time; read by the receiving thread. */
  private volatile boolean wasRegistered;

  // of the registration's own thread
  private boolean registered;
  private boolean turnedOn;
  private long lost;

  KernelRegistration(
      NetlinkSocket receiving,
      WakeUp wakeUp,
      ReceiveProblems problems,
      boolean enable,
      long watchIntervalMs) {
    super(receiving, wakeUp, problems, 0, watchIntervalMs);
    this.enable = enable;
  }

  boolean wasRegistered() {
    return wasRegistered;
  }

  @Override
  public void tested(long candidate) {
    if (candidate != self) {
      LOG.info("process {} asked for the audit daemon's place; the kernel refused it", candidate);
    }
  }

  @Override
  KernelChannel openChannel() throws NetlinkException {
    return KernelChannel.toKernel();
  }

  @Override
  void takePlace(KernelChannel kernel) throws NetlinkException {
    KernelStatus before = kernel.status();
    lost = before.lost();
    registerOrExplain(kernel);
    if (enable && before.enabled() == 0) {
      turnedOn = succeeds(kernel.set(KernelStatus.MASK_ENABLED, 1, "turn auditing on"));
    }
    LOG.info(
        "registered as the kernel's audit daemon, process {}{}",
        self,
        turnedOn ? "; auditing was off and is on while this runs" : "");
    if (!turnedOn && before.enabled() == 0) {
      LOG.warn("auditing is off in the kernel (enabled 0), so there are few records to receive");
    }
  }

  /** What to say of another process that is the daemon. */
  static String placeTaken(long pid) {
    return "cannot register as the kernel's audit daemon: process "
        + pid
        + " holds the place; stop it, or listen beside it (mode listener)";
  }

  private void registerOrExplain(KernelChannel kernel) throws NetlinkException {
    int error = register(self);
    if (error == -Errno.EEXIST) {
      throw new NetlinkException(Errno.EEXIST, placeTaken(kernel.status().pid()));
    }
    if (error < 0) {
      throw Privileges.refused(
          -error, "register as the kernel's audit daemon", Capability.CAP_AUDIT_CONTROL);
    }
    registered = true;
    wasRegistered = true;
  }

  @Override
  void keepPlace(KernelChannel kernel) throws NetlinkException {
    KernelStatus status;
    try {
      status = kernel.status();
    } catch (NetlinkException e) {
      problems.post(e.getMessage() + "; asking again later");
      return;
    }
    countLost(status);
    if (status.pid() == 0) {
      problems.post("the kernel had given up this daemon; it registers again");
      registered = false;
      registerOrExplain(kernel);
    } else if (status.pid() != self) {
      registered = false;
      throw new NetlinkException(
          Errno.EEXIST, "process " + status.pid() + " has taken the audit daemon's place");
    }
  }

  private void countLost(KernelStatus status) {
    if (status.lost() > lost) {
      problems.post(
          Counts.of(status.lost() - lost, "record was lost", "records were lost")
              + " in the kernel before reaching this source");
    }
    lost = status.lost();
  }

  /** First the flow, then the queue, then the place. */
  @Override
  void givePlaceBack(KernelChannel kernel) throws NetlinkException {
    if (turnedOn && kernel.status().enabled() == 1) {
      succeeds(kernel.set(KernelStatus.MASK_ENABLED, 0, "turn auditing off again"));
      turnedOn = false;
    }
    if (registered) {
      countLost(drain(kernel));
      // The kernel tests the daemon before it unregisters it; the receiving thread takes that in.
      succeeds(kernel.set(KernelStatus.MASK_PID, 0, "unregister"));
      registered = false;
    }
  }

  private static boolean succeeds(int error) {
    if (error < 0) {
      LOG.warn("the kernel refused to change its state: {}", Errno.describe(-error));
    }
    return error == 0;
  }

  /** Waits a moment for the kernel to send what it has; returns the last status. */
  private KernelStatus drain(KernelChannel kernel) throws NetlinkException {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MS);
    KernelStatus status = kernel.status();
    while (status.backlog() > 0 && System.nanoTime() < deadlineNs) {
      pause(DRAIN_STEP_MS);
      status = kernel.status();
    }
    return status;
  }
}
