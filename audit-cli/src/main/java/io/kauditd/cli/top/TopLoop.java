// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks again and again, on a thread of its own, so that keys work while an instance does not
 * answer.
 */
final class TopLoop {
  private static final long KEY_WAIT_MS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int NO_MORE_KEYS = -1;
  private static final int CTRL_D = 4;

  private final TopSource source;
  private final TopHistory history;
  private final TopTerminal terminal;
  private final Duration pause;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable String end;

  /** A loop that goes on from the history's first sample. */
  TopLoop(TopSource source, TopHistory history, TopTerminal terminal, Duration pause) {
    this.source = source;
    this.history = history;
    this.terminal = terminal;
    this.pause = pause;
  }

  /** Runs until somebody quits, and returns null, or there is nothing to look at any more. */
  @Nullable String run() throws InterruptedException {
    Thread looks = Thread.ofPlatform().name("looks").daemon(true).start(this::look);
    try {
      while (end == null && !quits(terminal.key(KEY_WAIT_MS))) {}
      return end;
    } catch (IOException e) {
      return null; // the terminal is gone, and whoever looked at it
    } finally {
      stopped.countDown();
      looks.interrupt();
      looks.join(PATIENCE); // before the source is closed
    }
  }

  private static boolean quits(int key) {
    return key == 'q' || key == 'Q' || key == CTRL_D || key == NO_MORE_KEYS;
  }

  private void look() {
    try {
      while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          Optional<TopSample> sample = source.sample();
          if (sample.isEmpty()) {
            end = "the instance has ended";
            return;
          }
          terminal.show(
              history.add(sample.get(), System.nanoTime(), LocalTime.now(ZoneId.systemDefault())));
        } catch (IOException e) {
          terminal.show(
              history.trouble(
                  String.valueOf(e.getMessage()), LocalTime.now(ZoneId.systemDefault())));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
