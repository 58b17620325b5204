// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.MulticastListener;
import io.kauditd.spi.QueueRole;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What happens around the pull of a record: commands before it, and the listeners are shown a
 * record that leaves the main queue. Follows kauditd_send_multicast_skb().
 */
final class PullListeners implements Batch.PullHook {
  private final CopyOnWriteArrayList<MulticastListener> listeners = new CopyOnWriteArrayList<>();
  private final Counters counters;
  private final FaultLog faults;
  private Runnable commands = () -> {};
  private QueueRole walked = QueueRole.MAIN;
  private int shownAlready; // records at the head of the main queue that listeners have seen

  PullListeners(Counters counters, FaultLog faults) {
    this.counters = counters;
    this.faults = faults;
  }

  /** Adds a listener. Any thread. */
  void add(MulticastListener listener) {
    listeners.add(listener);
  }

  /** Removes a listener. Any thread. */
  void remove(MulticastListener listener) {
    listeners.remove(listener);
  }

  void beforePull(Runnable newCommands) {
    commands = newCommands;
  }

  /** The queue that is walked from now on. */
  void walk(QueueRole role) {
    walked = role;
  }

  @Override
  public void onPutBack(int count) {
    if (walked == QueueRole.MAIN) {
      counters.takenFromMain -= count;
      shownAlready += count;
    }
  }

  @Override
  public void beforePull() {
    commands.run();
  }

  @Override
  public void onPull(AuditRecord record) {
    if (walked != QueueRole.MAIN) {
      return;
    }
    counters.takenFromMain++;
    if (shownAlready > 0) {
      shownAlready--;
      return;
    }
    if (listeners.isEmpty()) {
      return; // the usual case, without an iterator
    }
    for (MulticastListener listener : listeners) {
      try {
        listener.onRecord(record);
      } catch (Throwable e) { // code of a stranger
        faults.threw(listener, "onRecord", e);
      }
    }
  }
}
