// SPDX-License-Identifier: Apache-2.0
package io.kauditd.jul;

import io.kauditd.api.AuditStatus;
import io.kauditd.core.logging.LogRoute;
import io.kauditd.core.logging.LoggedEvent;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Sends each log record through audit queues of its own, and so to a daemon or file that may be
 * slow or gone. {@link System.Logger} uses it if java.util.logging is its back end, which is the
 * default; SLF4J does with slf4j-jdk14.
 *
 * <pre>
 * handlers = io.kauditd.jul.AuditHandler
 * io.kauditd.jul.AuditHandler.transport = file:/var/log/app/audit.log
 * </pre>
 *
 * <p>A handler is configured under the name of its class. For several handlers, make a subclass for
 * each, or make them in code. docs/reference/jul.md lists the properties. If one is wrong, the
 * {@link ErrorManager} prints it on standard error. The handler then takes no records, and the
 * application still starts.
 *
 * <p>A logger whose name ends with a record type for applications ({@code audit.USER_LOGIN}) gives
 * the record this type. One called {@code audit.AUDIT} or {@code AUDIT} marks the record. Logger
 * names are used because markers do not reach a handler.
 *
 * <p><b>Thread</b>: any thread may log records. <b>Blocking</b>: never, unless {@code
 * backlog-wait-time} is set; no lock is held meanwhile.
 *
 * @since 0.1.0
 */
public class AuditHandler extends Handler {
  private final @Nullable LogRoute route;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** For java.util.logging, with the properties that begin with the name of this class. */
  @SuppressWarnings("this-escape") // getClass() and the setters of Handler alone
  public AuditHandler() {
    var properties = new HandlerProperties(LogManager.getLogManager(), getClass().getName());
    LogRoute opened = null;
    try {
      setLevel(properties.level(Level.ALL));
      setFilter(properties.filter());
      setFormatter(properties.formatter(new SimpleFormatter()));
      opened = LogRoute.open(properties.written());
    } catch (RuntimeException e) {
      reportError(wrong(e), null, ErrorManager.OPEN_FAILURE);
    }
    this.route = opened;
  }

  /**
   * For code, with the keys of {@link LogRoute#keys} and options of the chosen plug-ins.
   *
   * @throws RuntimeException as {@link LogRoute#open}
   */
  @SuppressWarnings("this-escape") // the setters of Handler alone
  public AuditHandler(Map<String, String> written) {
    setLevel(Level.ALL);
    setFormatter(new SimpleFormatter());
    this.route = LogRoute.open(written);
  }

  private String wrong(RuntimeException e) {
    return getClass().getName() + " takes no records: " + e.getMessage();
  }

  @Override
  public void publish(@Nullable LogRecord record) {
    LogRoute open = route;
    if (open == null || record == null || !isLoggable(record)) {
      return;
    }
    String logger = record.getLoggerName() == null ? "" : record.getLoggerName();
    if (open.takes(logger)) {
      log(open, logger, record);
    }
  }

  private void log(LogRoute open, String logger, LogRecord record) {
    String message = getFormatter().formatMessage(record);
    LoggedEvent logged =
        open.event(logger, record.getLevel().getName(), message == null ? "" : message);
    logged.context(MDC.getCopyOfContextMap());
    logged.thrown(record.getThrown());
    logged.log();
  }

  /** Does nothing: records are on their way, and no logging thread waits for them. */
  @Override
  public void flush() {}

  /** The state of the queues; null if the configuration is wrong. */
  public @Nullable AuditStatus status() {
    return route == null ? null : route.log().status();
  }

  /** Delivers the waiting records, for at most {@code close-deadline}, and closes the queues. */
  @Override
  public void close() {
    LogRoute open = route;
    if (open == null || !closed.compareAndSet(false, true)) {
      return;
    }
    AuditStatus last = open.close();
    if (!LogRoute.deliveredAll(last)) {
      reportError(
          getClass().getName() + " closed: " + LogRoute.describe(last),
          null,
          ErrorManager.CLOSE_FAILURE);
    }
  }
}
