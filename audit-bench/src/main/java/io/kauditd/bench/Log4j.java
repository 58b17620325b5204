// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.io.Serializable;
import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.appender.RandomAccessFileAppender;
import org.apache.logging.log4j.core.async.AsyncLoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.jspecify.annotations.Nullable;

/** Log4j2 with all loggers asynchronous: to nowhere, or to a RandomAccessFile. */
final class Log4j implements Relay {
  /** The nearest that a pattern comes to a line of the audit log. */
  private static final String LINE =
      "type=USER_LOGIN msg=audit(%d{UNIX_MILLIS}:%sequenceNumber): %m%n";

  static {
    System.setProperty("log4j2.asyncLoggerRingBufferSize", Integer.toString(CAPACITY));
    System.setProperty("log4j2.enableJndiLookup", "false");
  }

  private final Taken taken;
  private final LoggerContext context = new AsyncLoggerContext("bench");
  private final Logger logger;

  private Log4j(@Nullable Path file, boolean flushEach, Taken taken) {
    this.taken = taken;
    var builder = ConfigurationBuilderFactory.newConfigurationBuilder();
    builder.add(builder.newRootLogger(Level.INFO));
    Configuration configuration = builder.build(false);
    context.start(configuration);
    if (file != null) {
      add(
          configuration,
          RandomAccessFileAppender.newBuilder()
              .setName("file")
              .setFileName(file.toString())
              .setImmediateFlush(flushEach)
              .setLayout(PatternLayout.newBuilder().setPattern(LINE).build())
              .setConfiguration(configuration)
              .build());
    }
    add(configuration, new Counting(taken)); // behind the file, so that it counts what is there
    context.updateLoggers();
    logger = context.getLogger("bench");
  }

  static Log4j toNowhere(Taken taken) {
    return new Log4j(null, false, taken);
  }

  static Log4j toFile(Path file, boolean flushEach, Taken taken) {
    return new Log4j(file, flushEach, taken);
  }

  /** Throws away what there is no room for; for the whole JVM, and the first of it. */
  static Log4j discarding(Taken taken) {
    System.setProperty("log4j2.asyncQueueFullPolicy", "Discard");
    return new Log4j(null, false, taken);
  }

  private static void add(Configuration configuration, Appender appender) {
    appender.start();
    configuration.addAppender(appender);
    configuration.getRootLogger().addAppender(appender, Level.ALL, null);
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

  private static final class Counting extends AbstractAppender {
    private final Taken taken;

    Counting(Taken taken) {
      super(
          "count", (Filter) null, PatternLayout.createDefaultLayout(), true, Property.EMPTY_ARRAY);
      this.taken = taken;
    }

    @Override
    public void append(LogEvent event) {
      taken.add(1);
    }

    @Override
    public @Nullable Serializable toSerializable(LogEvent event) {
      return null;
    }
  }
}
