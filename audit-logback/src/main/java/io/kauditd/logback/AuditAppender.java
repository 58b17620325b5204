// SPDX-License-Identifier: Apache-2.0
package io.kauditd.logback;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.kauditd.api.AuditStatus;
import io.kauditd.core.logging.LogRoute;
import io.kauditd.core.logging.LoggedEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * Sends each event through audit queues of its own, and so to a daemon or file that may be slow or
 * gone.
 *
 * <pre>{@code
 * <appender name="AUDIT" class="io.kauditd.logback.AuditAppender">
 *   <transport>file:/var/log/app/audit.log</transport>
 * </appender>
 * }</pre>
 *
 * <p>docs/reference/logback.md lists the elements. If one is wrong, Logback's status messages say
 * so. The appender then takes no events, and the application still starts.
 *
 * <p><b>Thread</b>: any thread may log events. <b>Blocking</b>: never, unless {@code
 * backlogWaitTime} is set; no lock is held meanwhile.
 *
 * @since 0.1.0
 */
public final class AuditAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private final Map<String, String> written = new LinkedHashMap<>();
  private volatile @Nullable LogRoute route;

  /** For Logback's configuration. */
  public AuditAppender() {}

  /**
   * The destination of the records, {@code ID} or {@code ID:ARGUMENT}: {@code
   * file:/var/log/app/audit.log}.
   */
  public void setTransport(String choice) {
    written.put("transport", choice);
  }

  /** The error policy; {@code mainline}, unless set. */
  public void setPolicy(String choice) {
    written.put("policy", choice);
  }

  /** The hold queue; in memory, unless set. */
  public void setQueue(String choice) {
    written.put("queue", choice);
  }

  /** The main queue; in memory, unless set. */
  public void setMainQueue(String choice) {
    written.put("main-queue", choice);
  }

  /** The retry queue; in memory, unless set. */
  public void setRetryQueue(String choice) {
    written.put("retry-queue", choice);
  }

  /** Maximum number of records in each queue; 0 for no limit. */
  public void setBacklogLimit(String records) {
    written.put("backlog-limit", records);
  }

  /** Maximum time that a logging thread waits for room, such as {@code 500ms}. */
  public void setBacklogWaitTime(String duration) {
    written.put("backlog-wait-time", duration);
  }

  /** Maximum number of records a second; 0 for no limit. */
  public void setRateLimit(String records) {
    written.put("rate-limit", records);
  }

  /** What happens when a record is lost: {@code silent}, {@code printk}, {@code panic}. */
  public void setFailureMode(String mode) {
    written.put("failure-mode", mode);
  }

  /** Whether records are held while no daemon is connected: {@code on}, {@code off}. */
  public void setAuditDefault(String on) {
    written.put("audit-default", on);
  }

  /**
   * Maximum time for delivering the waiting records when the appender is stopped, such as {@code
   * 10s}.
   */
  public void setCloseDeadline(String duration) {
    written.put("close-deadline", duration);
  }

  /** The record type of events without a marker that names one; {@code TRUSTED_APP}, unless set. */
  public void setRecordType(String name) {
    written.put("record-type", name);
  }

  /** Whether only events with an audit marker are taken; {@code false}, unless set. */
  public void setMarkedOnly(String only) {
    written.put("marked-only", only);
  }

  /** Which keys of the MDC become fields: {@code all}, {@code none}, {@code user:acct,traceId}. */
  public void setMdc(String keys) {
    written.put("mdc", keys);
  }

  /** An option of a plug-in, {@code max-size=8MiB} or {@code transport.max-size=8MiB}. */
  public void addSetting(String keyAndValue) {
    int equals = keyAndValue.indexOf('=');
    if (equals < 0) {
      addError(
          "<setting>"
              + keyAndValue
              + "</setting> is not valid; it takes key=value, such as"
              + " max-size=8MiB");
      written.putIfAbsent(keyAndValue, "");
    } else {
      written.put(keyAndValue.substring(0, equals).strip(), keyAndValue.substring(equals + 1));
    }
  }

  @Override
  public void start() {
    if (isStarted()) {
      return;
    }
    try {
      route = LogRoute.open(written);
      super.start();
    } catch (RuntimeException e) {
      addError("the appender takes no events: " + e.getMessage());
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    LogRoute open = route;
    if (open == null || !open.takes(event.getLoggerName())) {
      return;
    }
    LoggedEvent logged =
        open.event(event.getLoggerName(), event.getLevel().toString(), event.getFormattedMessage());
    addMarkers(logged, event.getMarkerList());
    addPairs(logged, event.getKeyValuePairs());
    logged.context(event.getMDCPropertyMap());
    addThrown(logged, event.getThrowableProxy());
    logged.log();
  }

  @SuppressWarnings("deprecation") // references of markers are deprecated, and still used
  private static void addMarkers(LoggedEvent logged, @Nullable List<Marker> markers) {
    if (markers != null) {
      for (Marker marker : markers) {
        logged.marker(marker.getName());
        if (marker.hasReferences()) {
          marker.iterator().forEachRemaining(reference -> logged.marker(reference.getName()));
        }
      }
    }
  }

  private static void addPairs(LoggedEvent logged, @Nullable List<KeyValuePair> pairs) {
    if (pairs != null) {
      pairs.forEach(pair -> logged.field(pair.key, pair.value));
    }
  }

  private static void addThrown(LoggedEvent logged, @Nullable IThrowableProxy proxy) {
    if (proxy instanceof ThrowableProxy here) {
      logged.thrown(here.getThrowable());
    } else if (proxy != null) { // from another process
      logged.field("exception", proxy.getClassName() + ": " + proxy.getMessage());
    }
  }

  /** The state of the queues; null before the start, or if the configuration is wrong. */
  public @Nullable AuditStatus status() {
    LogRoute open = route;
    return open == null ? null : open.log().status();
  }

  /**
   * Delivers the waiting records, for at most {@code closeDeadline}, and closes the queues. At the
   * end of the program it first takes what other shutdown hooks still log.
   */
  @Override
  public void stop() {
    LogRoute open = route;
    if (!isStarted() || open == null) {
      return;
    }
    AuditStatus last = open.closeWhenQuiet();
    String closed = "closed: " + LogRoute.describe(last);
    if (LogRoute.deliveredAll(last)) {
      addInfo(closed);
    } else {
      addWarn(closed);
    }
    super.stop(); // what comes during the close is counted, and not only turned away
  }
}
