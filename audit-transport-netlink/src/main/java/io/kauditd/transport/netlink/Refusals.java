// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.transport.netlink.PeerRequests.Sender;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reports requests of users that may not make any, at most once a second: every process on the
 * machine can write to the engine's port, and must not be able to fill its log. One thread.
 */
final class Refusals {
  private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

  private long unsaid;
  private boolean everSaid;
  private long saidNs;

  /** One more was refused; returns what to say of it, and of those before, or null. */
  @Nullable String report(Sender sender, long nowNs) {
    if (everSaid && nowNs - saidNs < PAUSE_NS) {
      unsaid++;
      return null;
    }
    String others = unsaid == 0 ? "" : "; " + unsaid + " more were refused since the last report";
    everSaid = true;
    saidNs = nowNs;
    unsaid = 0;
    return "refused a request of process "
        + sender.process()
        + " of user "
        + Integer.toUnsignedString(sender.user())
        + ": not one of the users that may register"
        + others;
  }
}
