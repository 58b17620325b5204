// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import org.jspecify.annotations.Nullable;

/** Stops a task that runs, or that will begin later. Any thread. */
final class StopSwitch {
  private boolean stopped;
  private @Nullable Runnable action;

  /** Sets what stopping means from now on; if it has been stopped already, does it at once. */
  void onStop(Runnable newAction) {
    synchronized (this) {
      action = newAction;
      if (!stopped) {
        return;
      }
    }
    newAction.run();
  }

  /** Stops, now and for good. */
  void stop() {
    Runnable now;
    synchronized (this) {
      stopped = true;
      now = action;
    }
    if (now != null) {
      now.run();
    }
  }

  synchronized boolean isStopped() {
    return stopped;
  }
}
