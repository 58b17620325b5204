// SPDX-License-Identifier: Apache-2.0
package io.kauditd.log4j2;

import io.kauditd.api.AuditStatus;
import io.kauditd.core.logging.LogRoute;
import io.kauditd.core.logging.LoggedEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Core;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginBuilderAttribute;
import org.apache.logging.log4j.core.config.plugins.PluginBuilderFactory;
import org.apache.logging.log4j.message.MapMessage;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.StructuredDataMessage;
import org.jspecify.annotations.Nullable;

/**
 * Sends each event through audit queues of its own, and so to a daemon or file that may be slow or
 * gone.
 *
 * <pre>{@code
 * <Audit name="audit" transport="file:/var/log/app/audit.log"/>
 * }</pre>
 *
 * <p>docs/reference/log4j2.md lists the attributes. If one is wrong, Log4j's status log says so,
 * and the application starts without the appender.
 *
 * <p><b>Thread</b>: any thread may log events. <b>Blocking</b>: never, unless {@code
 * backlogWaitTime} is set; no lock is held meanwhile.
 *
 * @since 0.1.0
 */
@Plugin(
    name = "Audit",
    category = Core.CATEGORY_NAME,
    elementType = Appender.ELEMENT_TYPE,
    printObject = true)
public final class AuditAppender extends AbstractAppender {
  private static final int MAX_MARKER_DEPTH = 8; // whoever makes a ring of them

  private final RouteManager manager;

  private AuditAppender(
      String name, @Nullable Filter filter, boolean ignoreExceptions, RouteManager manager) {
    super(name, filter, null, ignoreExceptions, Property.EMPTY_ARRAY);
    this.manager = manager;
  }

  /** For Log4j's configuration. */
  @PluginBuilderFactory
  public static Builder newBuilder() {
    return new Builder();
  }

  @Override
  public void append(LogEvent event) {
    LogRoute route = manager.route();
    String logger = event.getLoggerName() == null ? "" : event.getLoggerName();
    if (!route.takes(logger)) {
      return;
    }
    Message message = event.getMessage();
    LoggedEvent logged = route.event(logger, event.getLevel().toString(), textOf(message));
    addMarker(logged, event.getMarker(), 0);
    if (message instanceof StructuredDataMessage structured) {
      logged.marker(structured.getType());
    }
    if (message instanceof MapMessage<?, ?> map) {
      map.forEach((String key, Object value) -> logged.field(key, value));
    }
    logged.context(event.getContextData().toMap());
    logged.thrown(event.getThrown());
    logged.log();
  }

  /** A message of keys and values has its own text apart from them. */
  private static String textOf(Message message) {
    String text =
        message instanceof MapMessage<?, ?> map ? map.getFormat() : message.getFormattedMessage();
    return text == null ? "" : text;
  }

  private static void addMarker(LoggedEvent logged, @Nullable Marker marker, int depth) {
    if (marker == null || depth > MAX_MARKER_DEPTH) {
      return;
    }
    logged.marker(marker.getName());
    Marker[] parents = marker.getParents();
    if (parents != null) {
      for (Marker parent : parents) {
        addMarker(logged, parent, depth + 1);
      }
    }
  }

  /** The state of the queues. */
  public AuditStatus status() {
    return manager.route().log().status();
  }

  /** Delivers the waiting records, for at most {@code closeDeadline}, and closes the queues. */
  @Override
  public boolean stop(long timeout, TimeUnit timeUnit) {
    setStopping();
    boolean stopped = manager.stop(timeout, timeUnit);
    stopped &= super.stop(timeout, timeUnit, false);
    setStopped();
    return stopped;
  }

  /**
   * Makes the appender; for Log4j's configuration.
   *
   * @since 0.1.0
   */
  public static final class Builder extends AbstractAppender.Builder<Builder>
      implements org.apache.logging.log4j.core.util.Builder<AuditAppender> {
    @PluginBuilderAttribute private @Nullable String transport;
    @PluginBuilderAttribute private @Nullable String policy;
    @PluginBuilderAttribute private @Nullable String queue;
    @PluginBuilderAttribute private @Nullable String mainQueue;
    @PluginBuilderAttribute private @Nullable String retryQueue;
    @PluginBuilderAttribute private @Nullable String backlogLimit;
    @PluginBuilderAttribute private @Nullable String backlogWaitTime;
    @PluginBuilderAttribute private @Nullable String rateLimit;
    @PluginBuilderAttribute private @Nullable String failureMode;
    @PluginBuilderAttribute private @Nullable String auditDefault;
    @PluginBuilderAttribute private @Nullable String closeDeadline;
    @PluginBuilderAttribute private @Nullable String recordType;
    @PluginBuilderAttribute private @Nullable String markedOnly;
    @PluginBuilderAttribute private @Nullable String mdc;

    private Builder() {}

    /**
     * The destination of the records, {@code ID} or {@code ID:ARGUMENT}: {@code
     * file:/var/log/app/audit.log}.
     */
    public Builder setTransport(String value) {
      this.transport = value;
      return this;
    }

    /** The error policy; {@code mainline}, unless set. */
    public Builder setPolicy(String value) {
      this.policy = value;
      return this;
    }

    /** The hold queue; in memory, unless set. */
    public Builder setQueue(String value) {
      this.queue = value;
      return this;
    }

    /** The main queue; in memory, unless set. */
    public Builder setMainQueue(String value) {
      this.mainQueue = value;
      return this;
    }

    /** The retry queue; in memory, unless set. */
    public Builder setRetryQueue(String value) {
      this.retryQueue = value;
      return this;
    }

    /** Maximum number of records in each queue; 0 for no limit. */
    public Builder setBacklogLimit(String value) {
      this.backlogLimit = value;
      return this;
    }

    /** Maximum time that a logging thread waits for room, such as {@code 500ms}. */
    public Builder setBacklogWaitTime(String value) {
      this.backlogWaitTime = value;
      return this;
    }

    /** Maximum number of records a second; 0 for no limit. */
    public Builder setRateLimit(String value) {
      this.rateLimit = value;
      return this;
    }

    /** What happens when a record is lost: {@code silent}, {@code printk}, {@code panic}. */
    public Builder setFailureMode(String value) {
      this.failureMode = value;
      return this;
    }

    /** Whether records are held while no daemon is connected: {@code on}, {@code off}. */
    public Builder setAuditDefault(String value) {
      this.auditDefault = value;
      return this;
    }

    /**
     * Maximum time for delivering the waiting records when the appender is stopped, such as {@code
     * 10s}.
     */
    public Builder setCloseDeadline(String value) {
      this.closeDeadline = value;
      return this;
    }

    /**
     * The record type of events without a marker that names one; {@code TRUSTED_APP}, unless set.
     */
    public Builder setRecordType(String value) {
      this.recordType = value;
      return this;
    }

    /** Whether only events with an audit marker are taken; {@code false}, unless set. */
    public Builder setMarkedOnly(String value) {
      this.markedOnly = value;
      return this;
    }

    /**
     * Which keys of the thread context become fields: {@code all}, {@code none}, {@code
     * user:acct,traceId}.
     */
    public Builder setMdc(String value) {
      this.mdc = value;
      return this;
    }

    private Map<String, String> written() {
      var written = new LinkedHashMap<String, String>();
      put(written, "transport", transport);
      put(written, "policy", policy);
      put(written, "queue", queue);
      put(written, "main-queue", mainQueue);
      put(written, "retry-queue", retryQueue);
      put(written, "backlog-limit", backlogLimit);
      put(written, "backlog-wait-time", backlogWaitTime);
      put(written, "rate-limit", rateLimit);
      put(written, "failure-mode", failureMode);
      put(written, "audit-default", auditDefault);
      put(written, "close-deadline", closeDeadline);
      put(written, "record-type", recordType);
      put(written, "marked-only", markedOnly);
      put(written, "mdc", mdc);
      Property[] properties = getPropertyArray();
      if (properties != null) {
        for (Property property : properties) {
          put(written, property.getName(), property.getValue());
        }
      }
      return written;
    }

    private static void put(Map<String, String> written, String key, @Nullable String value) {
      if (value != null) {
        written.put(key, value);
      }
    }

    /** The appender; null, with an error in the status log, if the configuration is wrong. */
    @Override
    public @Nullable AuditAppender build() {
      if (getName() == null) {
        LOGGER.error("an Audit appender has no name; add name=\"audit\"");
        return null;
      }
      try {
        RouteManager manager = RouteManager.of(written());
        return new AuditAppender(getName(), getFilter(), isIgnoreExceptions(), manager);
      } catch (RuntimeException e) {
        LOGGER.error("Audit appender '{}' takes no events: {}", getName(), e.getMessage());
        return null;
      }
    }
  }
}
