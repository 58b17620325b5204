// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core.logging;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import io.kauditd.core.EngineConfig;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Plugins;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Connects a logging back end to its own engine. An appender opens it when it starts, logs to it,
 * and closes it when it stops.
 *
 * <pre>{@code
 * LogRoute route = LogRoute.open(Map.of("transport", "file:/var/log/app/audit.log"));
 * if (route.takes(logger)) {
 *   route.event(logger, level, message).marker("USER_LOGIN").field("acct", name).log();
 * }
 * route.close();
 * }</pre>
 *
 * <p>{@link #takes} leaves out the events of the engine and its plug-ins, so that nothing feeds
 * back.
 *
 * <p><b>Thread</b>: any.
 *
 * @since 0.1.0
 */
public final class LogRoute {
  private static final List<String> OWN_LOGGERS = List.of("io.kauditd", "kauditd");

  private final EventOptions options;
  private final Duration closeDeadline;
  private final Plugins plugins;
  private final Kauditd engine;

  private LogRoute(EventOptions options, Duration closeDeadline, Plugins plugins, Kauditd engine) {
    this.options = options;
    this.closeDeadline = closeDeadline;
    this.plugins = plugins;
    this.engine = engine;
  }

  /** The keys that every route knows: those of the engine, and those for events. */
  public static List<String> keys() {
    return Stream.concat(EngineConfig.keys().stream(), EventOptions.KEYS.stream()).toList();
  }

  /**
   * Starts an engine.
   *
   * <p><b>Blocking</b>: queues on disk are read. If a transport cannot be opened yet, that is no
   * error, and the engine tries again.
   *
   * @param written the keys of {@link #keys}, and options of the picked plug-ins; with hyphens or
   *     in camel case
   * @throws RuntimeException if they are wrong: the message names the key or plug-in and the
   *     reason, says what to do, and is fit for a user
   */
  public static LogRoute open(Map<String, String> written) {
    var ofEvents = new HashMap<String, String>();
    var ofEngine = new HashMap<String, String>();
    written.forEach((key, value) -> {
      String name = EngineConfig.hyphened(key);
      if (EventOptions.KEYS.contains(name)) {
        ofEvents.put(name, value);
      } else {
        ofEngine.put(key, value);
      }
    });
    EventOptions options = EventOptions.of(ofEvents);
    EngineConfig config = EngineConfig.of(ofEngine);
    Plugins plugins = Plugins.load();
    try {
      return new LogRoute(
          options, config.closeDeadline(), plugins, config.builder(plugins).start());
    } catch (RuntimeException e) {
      plugins.close();
      throw e;
    }
  }

  /**
   * Whether events of this logger go through the engine. Those of the engine, its transports and
   * queues do not, because each would cause another one.
   */
  public boolean takes(String logger) {
    for (String own : OWN_LOGGERS) {
      if (logger.startsWith(own)
          && (logger.length() == own.length() || logger.charAt(own.length()) == '.')) {
        return false;
      }
    }
    return true;
  }

  /**
   * Begins an event; {@link LoggedEvent#log} ends it. For one thread.
   *
   * @param logger the name of the logger, empty for none
   * @param level the back end's name of the level
   * @param message the message, with its arguments filled in
   */
  public LoggedEvent event(String logger, String level, String message) {
    return new LoggedEvent(engine, options, logger, level, message);
  }

  /** The log of the route, for metrics and the like. */
  public AuditLog log() {
    return engine.producer();
  }

  /**
   * Delivers waiting records for at most {@code close-deadline}, and closes the engine. Calling it
   * again returns the final status.
   */
  public AuditStatus close() {
    return closed(engine.close(closeDeadline));
  }

  /**
   * As {@link #close()}, for a back end that hands over events until this returns. At the end of
   * the program the back end closes its appenders in a hook, while other hooks may still log. So
   * events are accepted until none has come for 250 ms.
   */
  public AuditStatus closeWhenQuiet() {
    return isProgramEnding() ? closed(engine.closeWhenQuiet(closeDeadline)) : close();
  }

  private AuditStatus closed(AuditStatus last) {
    plugins.close();
    return last;
  }

  private static boolean isProgramEnding() {
    try {
      Runtime.getRuntime().removeShutdownHook(new Thread()); // which was never added
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /**
   * Whether nothing was left when the route closed. If not, a back end reports {@link #describe} as
   * a warning or an error: records are lost, or wait in a queue on disk for the next start.
   */
  public static boolean deliveredAll(AuditStatus last) {
    Ledger ledger = last.ledger();
    return ledger.delivered() == ledger.logged() + ledger.recovered();
  }

  /** The status in one line, for the back end's own messages: the ledger and the last error. */
  public static String describe(AuditStatus status) {
    Ledger ledger = status.ledger();
    var words = new ArrayList<String>();
    words.add(ledger.logged() + " logged");
    if (ledger.recovered() > 0) {
      words.add(ledger.recovered() + " recovered");
    }
    words.add(ledger.delivered() + " delivered");
    words.add(ledger.waiting() + " waiting");
    words.add(ledger.droppedTotal() + " dropped");
    ledger
        .dropped()
        .forEach((reason, count) -> {
          if (count > 0) {
            words.add(count + " of them " + reason.name().toLowerCase(Locale.ROOT));
          }
        });
    String error = status.lastError();
    return String.join(", ", words) + (error == null ? "" : "; last error: " + error);
  }
}
