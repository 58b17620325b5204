// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.BasicSequenceNumberGenerator;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Logback's AsyncAppender: to nowhere, or to a file. */
final class Logback implements Relay {
  private final Taken taken;
  private final LoggerContext context = new LoggerContext();
  private final Logger logger = context.getLogger("bench");

  private Logback(@Nullable Path file, boolean flushEach, boolean waits, Taken taken) {
    this.taken = taken;
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.setSequenceNumberGenerator(new BasicSequenceNumberGenerator());
    AsyncAppender async = new AsyncAppender();
    async.setContext(context);
    async.setQueueSize(CAPACITY);
    if (waits) {
      async.setDiscardingThreshold(0); // by default it discards what is no warning, early
    }
    if (file == null) {
      Counting counting = new Counting(taken);
      counting.setContext(context);
      counting.start();
      async.addAppender(counting);
    } else {
      async.addAppender(fileAppender(file, flushEach));
    }
    async.start();
    logger.addAppender(async);
  }

  static Logback toNowhere(boolean waits, Taken taken) {
    return new Logback(null, false, waits, taken);
  }

  static Logback toFile(Path file, boolean flushEach, Taken taken) {
    return new Logback(file, flushEach, true, taken);
  }

  private FileAppender<ILoggingEvent> fileAppender(Path file, boolean flushEach) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("type=USER_LOGIN msg=audit\\(%ms:%sn\\): %msg%n");
    encoder.start();
    FileAppender<ILoggingEvent> appender = new CountingFile(taken);
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setImmediateFlush(flushEach);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  @Override
  public void put() {
    logger.info(Payload.TEXT);
  }

  @Override
  public long taken() {
    return taken.get();
  }

  @Override
  public void close() {
    context.stop();
  }

  private static final class Counting extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private final Taken taken;

    Counting(Taken taken) {
      this.taken = taken;
    }

    @Override
    protected void append(ILoggingEvent event) {
      taken.add(1);
    }
  }

  private static final class CountingFile extends FileAppender<ILoggingEvent> {
    private final Taken taken;

    CountingFile(Taken taken) {
      this.taken = taken;
    }

    @Override
    protected void append(ILoggingEvent event) {
      super.append(event);
      taken.add(1);
    }
  }
}
