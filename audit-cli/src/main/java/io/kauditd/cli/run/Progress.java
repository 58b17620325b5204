// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.api.AuditStatus;
import io.kauditd.cli.command.NumberText;
import io.kauditd.cli.command.ProgressLine;
import io.kauditd.cli.command.Screen;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Shows on a terminal how a run is getting on, twice a second, until it is closed. */
final class Progress implements AutoCloseable {
  private static final long PERIOD_MS = 500;

  private final Supplier<AuditStatus> status;
  private final PrintStream before;
  private final ProgressLine line;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Starts; System.err leads past the line until the end. */
  static AutoCloseable start(Screen screen, Supplier<AuditStatus> status) {
    if (!screen.progress()) {
      return () -> {};
    }
    var progress = new Progress(screen.terminal(), status);
    progress.thread.start();
    return progress;
  }

  private Progress(PrintStream terminal, Supplier<AuditStatus> status) {
    this.status = status;
    this.line = ProgressLine.on(terminal);
    this.thread = Thread.ofPlatform().name("progress").daemon(true).unstarted(this::run);
    this.before = System.err;
    System.setErr(line.forOthers());
  }

  private void run() {
    try {
      long before = status.get().ledger().delivered();
      while (!closed.await(PERIOD_MS, TimeUnit.MILLISECONDS)) {
        AuditStatus now = status.get();
        long delivered = now.ledger().delivered();
        line.show(text(now, (delivered - before) * 1000 / PERIOD_MS));
        before = delivered;
      }
    } catch (InterruptedException | IOException e) {
      return; // a terminal that is gone needs no progress
    }
  }

  private static String text(AuditStatus status, long perSecond) {
    return "%s delivered (%s/s), %s waiting, %s lost%s"
        .formatted(
            NumberText.grouped(status.ledger().delivered()),
            NumberText.grouped(perSecond),
            NumberText.grouped(status.ledger().waiting()),
            NumberText.grouped(status.lost()),
            !status.connected() ? ", no daemon" : "");
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    System.setErr(before);
    try {
      thread.join(PERIOD_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    line.close();
  }
}
