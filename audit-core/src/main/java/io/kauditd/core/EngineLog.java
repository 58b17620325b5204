// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.Counts;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPLogger;

/**
 * The only place where engines call SLF4J. Its back end is foreign code: it may throw, block, or
 * hold a lock that a producer of the same engine waits for.
 *
 * <p>So a separate thread, {@code kauditd-printk}, writes the lines of all engines of the program.
 * It starts with the first line, and ends when there have been none for a while. A caller only adds
 * its line to a bounded queue. Lines that find the queue full are counted, and the next line that
 * fits reports their number. Exceptions of the back end are caught here; standard error names the
 * first one.
 */
final class EngineLog {
  /** Lines that wait while the backend takes none. */
  private static final int MAX_LINES = 256;

  private static final long IDLE_S = 2;
  private static final String THREAD_NAME = "kauditd-printk";

  private static final ThreadPoolExecutor WRITER = writer();
  private static final AtomicLong UNWRITTEN = new AtomicLong();
  private static final AtomicBoolean BACKEND_NAMED = new AtomicBoolean();
  private static volatile @Nullable Thread writing;

  private EngineLog() {}

  private static ThreadPoolExecutor writer() {
    ThreadFactory threads =
        line -> {
          Thread thread =
              Thread.ofPlatform()
                  .name(THREAD_NAME)
                  .daemon(true)
                  .inheritInheritableThreadLocals(false)
                  .unstarted(line);
          thread.setContextClassLoader(EngineLog.class.getClassLoader());
          writing = thread;
          return thread;
        };
    var executor =
        new ThreadPoolExecutor(
            1, 1, IDLE_S, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_LINES), threads);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** A line, with SLF4J's places for the arguments; a throwable may come last. */
  static void warn(String format, @Nullable Object... arguments) {
    write(Level.WARN, format, arguments);
  }

  /** As {@link #warn}. */
  static void error(String format, @Nullable Object... arguments) {
    write(Level.ERROR, format, arguments);
  }

  /** As {@link #warn}. */
  static void info(String format, @Nullable Object... arguments) {
    write(Level.INFO, format, arguments);
  }

  /**
   * Whether the calling thread is the one that writes the lines: an appender logs into an engine.
   */
  static boolean isWriting() {
    return Thread.currentThread() == writing;
  }

  private static void write(Level level, String format, @Nullable Object[] arguments) {
    try {
      WRITER.execute(() -> {
        sayUnwritten();
        call(level, format, arguments);
      });
    } catch (Throwable e) { // no room, or no memory for a thread
      UNWRITTEN.incrementAndGet();
    }
  }

  private static void sayUnwritten() {
    long lines = UNWRITTEN.getAndSet(0);
    if (lines > 0) {
      call(
          Level.WARN,
          "{} could not be written, since the logging backend took none",
          new Object[] {Counts.of(lines, "line")});
    }
  }

  private static void call(Level level, String format, @Nullable Object[] arguments) {
    try {
      Logger logger = LoggerFactory.getLogger("kauditd");
      if (logger instanceof NOPLogger && level != Level.INFO) {
        sayWithoutBackend(format, arguments);
      }
      switch (level) {
        case ERROR -> logger.error(format, arguments);
        case WARN -> logger.warn(format, arguments);
        default -> logger.info(format, arguments);
      }
    } catch (Throwable e) { // plug-in code
      nameBackend(e);
    }
    Thread.interrupted(); // whatever the backend left
  }

  /** Without a provider of SLF4J nothing is shown: standard error says the first line, and that. */
  private static void sayWithoutBackend(String format, @Nullable Object[] arguments) {
    if (BACKEND_NAMED.compareAndSet(false, true)) {
      System.err.println(
          "kauditd: "
              + MessageFormatter.arrayFormat(format, arguments).getMessage()
              + " (nothing more is shown: there is no SLF4J provider; add one, such as"
              + " logback-classic, log4j-slf4j2-impl or slf4j-simple)");
    }
  }

  private static void nameBackend(Throwable e) {
    if (BACKEND_NAMED.compareAndSet(false, true)) {
      try {
        System.err.println(
            "kauditd: the logging backend threw an exception, so lines of the log are missing; said"
                + " once: "
                + e);
      } catch (Throwable again) { // nowhere is left to say it
        UNWRITTEN.incrementAndGet();
      }
    }
  }

  /**
   * Waits until the lines so far are written, at most as long; for the end of an engine, which is
   * often that of the program. An interrupt does not end it and is kept.
   *
   * @return whether they are written
   */
  static boolean flush(long timeNs) {
    if (WRITER.getPoolSize() == 0) {
      return true;
    }
    if (isWriting()) {
      return false;
    }
    var written = new CountDownLatch(1);
    try {
      WRITER.execute(() -> {
        sayUnwritten();
        written.countDown();
      });
    } catch (RejectedExecutionException e) {
      return false; // the backend takes none
    }
    return Waits.await(written, timeNs);
  }
}
