// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Writes one line a message to standard error; see {@link ToolLogProvider}. */
public final class ToolLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Logger> LOGGERS = new ConcurrentHashMap<>();
  private static volatile boolean debug;

  /**
   * Libraries of plug-ins that repeat their messages again and again. The plug-in reports what it
   * means for the records, so their messages are shown only for debugging.
   */
  private static final List<String> LIBRARIES = List.of("org.apache.kafka.");

  private final boolean isLibrary;

  private ToolLogger(String name) {
    this.name = name;
    this.isLibrary = LIBRARIES.stream().anyMatch(name::startsWith);
  }

  static Logger of(String name) {
    return LOGGERS.computeIfAbsent(name, ToolLogger::new);
  }

  /** Whether debug messages, loggers, threads and stack traces are shown. */
  public static void setDebug(boolean on) {
    debug = on;
  }

  public static boolean isDebug() {
    return debug;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    // One line, and whatever is quoted in it: a record that is printed may say anything.
    String message =
        Harmless.line(String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments)));
    PrintStream err = System.err;
    if (debug) {
      err.println(
          "audit: %s [%s] %s: %s"
              .formatted(level, Thread.currentThread().getName(), name, message));
      if (thrown != null) {
        thrown.printStackTrace(err);
      }
      return;
    }
    String cause =
        thrown == null ? "" : ": " + String.valueOf(thrown).lines().findFirst().orElse("");
    err.println("audit: " + message + Harmless.line(cause));
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  public boolean isTraceEnabled() {
    return false;
  }

  @Override
  public boolean isDebugEnabled() {
    return debug;
  }

  @Override
  public boolean isInfoEnabled() {
    return debug || !isLibrary;
  }

  @Override
  public boolean isWarnEnabled() {
    return debug || !isLibrary;
  }

  @Override
  public boolean isErrorEnabled() {
    return debug || !isLibrary;
  }
}
