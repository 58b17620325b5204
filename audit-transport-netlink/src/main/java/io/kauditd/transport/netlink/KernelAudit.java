// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.FailureMode;
import io.kauditd.transport.netlink.Privileges.Capability;

/**
 * The controls of the live kernel's audit: what {@code auditctl} reads and sets.
 *
 * <p>Two settings that the kernel has are not offered: failure mode 2, which stops the machine when
 * a record is lost, and enabled 2, which locks the configuration until the next boot.
 *
 * <p><b>Thread</b>: any, one call at a time; from a virtual thread, the call is carried out by a
 * platform thread. <b>Blocking</b>: usually microseconds; while its backlog is over the limit, the
 * kernel makes the caller wait, for at most its backlog wait time. The answer then takes at most
 * five seconds. <b>Errors</b>: {@link NetlinkException}, which names the capability or the
 * namespace that is missing.
 *
 * @since 0.1.0
 */
public final class KernelAudit implements AutoCloseable {
  /** The bit of loginuid_immutable in the words of audit_features. */
  private static final int LOGINUID_IMMUTABLE = 2;

  private static final long UNSIGNED_MAX = 0xFFFF_FFFFL;

  private final KernelChannel channel;

  private KernelAudit(KernelChannel channel) {
    this.channel = channel;
  }

  /** Opens the audit socket. */
  public static KernelAudit open() throws NetlinkException {
    return new KernelAudit(KernelChannel.toKernel());
  }

  /** The status now. */
  public KernelStatus status() throws NetlinkException {
    return Platform.onPlatformThread(channel::status);
  }

  /** Whether a process's login uid can be changed once it is set, and whether that is locked. */
  public LoginuidImmutable loginuidImmutable() throws NetlinkException {
    int[] words =
        Platform.onPlatformThread(() -> {
          int[] read = channel.features();
          return read == null ? new int[4] : read;
        });
    return new LoginuidImmutable(
        (words[2] & LOGINUID_IMMUTABLE) != 0, (words[3] & LOGINUID_IMMUTABLE) != 0);
  }

  /**
   * The feature {@code loginuid_immutable}.
   *
   * @param on whether it is in force
   * @param locked whether it can no longer be changed
   */
  public record LoginuidImmutable(boolean on, boolean locked) {}

  /** Turns auditing on or off. */
  public void setEnabled(boolean on) throws NetlinkException {
    set(KernelStatus.MASK_ENABLED, on ? 1 : 0, "turn auditing " + (on ? "on" : "off"));
  }

  /**
   * Sets what happens when a record is lost.
   *
   * @throws IllegalArgumentException for {@link FailureMode#PANIC}, which would stop the machine
   */
  public void setFailureMode(FailureMode mode) throws NetlinkException {
    if (mode == FailureMode.PANIC) {
      throw new IllegalArgumentException(
          "failure mode 2 (panic) stops the machine when a record is lost; it is not offered here");
    }
    set(KernelStatus.MASK_FAILURE, mode.flag(), "set the failure mode to " + mode.flag());
  }

  /** Sets the maximum number of records a second, 0 for no limit. */
  public void setRateLimit(long recordsPerSecond) throws NetlinkException {
    Bounds.check("rate limit", recordsPerSecond, 0, UNSIGNED_MAX);
    set(KernelStatus.MASK_RATE_LIMIT, recordsPerSecond, "set the rate limit");
  }

  /** Sets the maximum number of records in the backlog, 0 for no limit. */
  public void setBacklogLimit(long records) throws NetlinkException {
    Bounds.check("backlog limit", records, 0, UNSIGNED_MAX);
    set(KernelStatus.MASK_BACKLOG_LIMIT, records, "set the backlog limit");
  }

  /** Sets how long a producer waits for room, in jiffies; at most 600 seconds. */
  public void setBacklogWaitTime(long jiffies) throws NetlinkException {
    Bounds.check("backlog wait time", jiffies, 0, UNSIGNED_MAX);
    set(
        KernelStatus.MASK_BACKLOG_WAIT_TIME,
        jiffies,
        "set the backlog wait time to " + jiffies + " jiffies (the kernel takes 600 s at most)");
  }

  /**
   * Sets the count of lost records back to 0.
   *
   * @return the count before
   */
  public long resetLost() throws NetlinkException {
    return Integer.toUnsignedLong(
        set(KernelStatus.MASK_LOST, 0, "reset the count of lost records"));
  }

  /**
   * Sets the time that producers have waited back to 0.
   *
   * @return the time before, in jiffies
   */
  public long resetBacklogWaitTimeActual() throws NetlinkException {
    return Integer.toUnsignedLong(
        set(
            KernelStatus.MASK_BACKLOG_WAIT_TIME_ACTUAL,
            0,
            "reset the time that producers have waited"));
  }

  private int set(int mask, long value, String action) throws NetlinkException {
    int error = Platform.onPlatformThread(() -> channel.set(mask, value, action));
    // A count that was reset comes back as a positive number; one beyond 2^31 would look negative,
    // but no error number is beyond 4095.
    if (error < 0 && error >= -4095) {
      throw Privileges.refused(-error, action, Capability.CAP_AUDIT_CONTROL);
    }
    return error;
  }

  @Override
  public void close() {
    channel.close();
  }
}
