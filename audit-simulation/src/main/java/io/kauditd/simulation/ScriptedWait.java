// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.core.BacklogWait;
import java.util.ArrayDeque;
import java.util.Collection;

/**
 * Waits as a script says, in the time of a {@link ManualClock}. A sleep that has an entry in the
 * script is ended by a wake-up, unless the producer's time is over before. Any other sleep lasts as
 * long as the producer may wait.
 *
 * @since 0.1.0
 */
public final class ScriptedWait implements BacklogWait {
  private static final long NS_PER_MS = 1_000_000;

  private final ManualClock clock;
  private final SleepListener listener;
  private final ArrayDeque<Sleep> script = new ArrayDeque<>();

  /**
   * One sleep that is ended by a wake-up.
   *
   * @param afterMs when the producer is woken
   * @param pass the pass that runs just before
   */
  public record Sleep(long afterMs, Runnable pass) {}

  /** Is told of every sleep, when it begins. */
  @FunctionalInterface
  public interface SleepListener {
    /** A producer sleeps for {@code ms}, and is then woken or has no time left. */
    void slept(long ms, boolean woken);
  }

  /** A wait without a script. */
  public ScriptedWait(ManualClock clock, SleepListener listener) {
    this.clock = clock;
    this.listener = listener;
  }

  /** Replaces the script. */
  public void script(Collection<Sleep> sleeps) {
    script.clear();
    script.addAll(sleeps);
  }

  @Override
  public long await(long timeNs, Room room) {
    Sleep sleep = script.poll();
    if (sleep == null || sleep.afterMs() * NS_PER_MS >= timeNs) {
      listener.slept(timeNs / NS_PER_MS, false);
      clock.advanceNs(timeNs);
      return 0;
    }
    listener.slept(sleep.afterMs(), true);
    clock.advanceMs(sleep.afterMs());
    sleep.pass().run();
    return timeNs - sleep.afterMs() * NS_PER_MS;
  }

  @Override
  public void wakeAll() {}
}
