// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.tail;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.NumberText;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.ShutdownHooks;
import io.kauditd.cli.command.UserError;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Writes the records of a source as lines, without queues, for {@code audit tail} and {@code audit
 * listen}. The source runs on the caller's thread. A signal ends it, and what it has read by then
 * is still written.
 */
public final class Receiving {
  private static final long END_PATIENCE_S = 15;

  private final Screen screen;
  private final String command;
  private final RecordSource source;
  private final LineSink sink;
  private final CountDownLatch finished = new CountDownLatch(1);

  Receiving(Screen screen, String command, RecordSource source, LineSink sink) {
    this.screen = screen;
    this.command = command;
    this.source = source;
    this.sink = sink;
  }

  /**
   * Receives until the source ends, a signal comes, or nobody reads any more.
   *
   * @return the exit code
   */
  int run() {
    sink.onEnough(source::close);
    Thread hook = Thread.ofPlatform().name("shutdown").unstarted(this::stopAtShutdown);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      source.run(sink);
      return ended();
    } catch (IOException e) {
      throw new UserError(ExitCode.INPUT_OUTPUT, String.valueOf(e.getMessage()), e);
    } finally {
      sink.close();
      source.close();
      finished.countDown();
      ShutdownHooks.remove(hook);
    }
  }

  private int ended() {
    sink.close();
    IOException failure = sink.failure();
    if (failure != null && !isReaderGone(String.valueOf(failure.getMessage()))) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT,
          "cannot write what was received: " + failure.getMessage(),
          failure);
    }
    screen
        .err()
        .printf(
            Locale.ROOT,
            "%s: %s received, %s%n",
            command,
            NumberText.grouped(sink.received(), "record"),
            NumberText.grouped(sink.problems(), "problem"));
    return sink.problems() == 0 ? ExitCode.OK : ExitCode.NOT_ALL;
  }

  /** {@code audit tail | head} is no error. */
  public static boolean isReaderGone(String failure) {
    return failure.contains("Broken pipe");
  }

  private void stopAtShutdown() {
    source.close();
    try {
      if (!finished.await(END_PATIENCE_S, TimeUnit.SECONDS)) {
        screen.err().println(command + ": the end took too long and was cut short");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
