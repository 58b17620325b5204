// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core.logging;

import io.kauditd.api.AuditLog;
import io.kauditd.api.RecordType;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One event of a logging back end on its way to becoming a record.
 *
 * <p>A marker that is called as a record type of applications ({@code USER_LOGIN}) gives the record
 * its type; {@code AUDIT} says that the event is meant for the audit trail and leaves the type to
 * the configuration. Fields come from the event's key-value pairs and the thread's context; the
 * first of a name counts. {@code res}, {@code result} and {@code outcome} say how it went, where
 * their value is one that means success or failure.
 *
 * <p>For one thread, and one record.
 *
 * @since 0.1.0
 */
public final class LoggedEvent {
  /** The marker that says: for the audit trail. */
  public static final String AUDIT_MARKER = "AUDIT";

  private final AuditLog log;
  private final EventOptions options;
  private final String message;
  private final UserMessage text = new UserMessage();
  private int type;
  private boolean typed;
  private boolean marked;
  private @Nullable Throwable thrown;

  LoggedEvent(AuditLog log, EventOptions options, String logger, String level, String message) {
    this.log = log;
    this.options = options;
    this.message = message;
    this.type = options.recordType();
    text.field("logger", logger);
    text.field("level", level);
  }

  /** A marker of the event; the first that names a record type counts. */
  public LoggedEvent marker(String name) {
    OptionalInt named = RecordType.parse(name);
    if (named.isPresent() && RecordType.isUserMessage(named.getAsInt())) {
      if (!typed) {
        type = named.getAsInt();
      }
      typed = true;
      marked = true;
    } else if (name.equals(AUDIT_MARKER)) {
      marked = true;
    }
    return this;
  }

  /** A key-value pair of the event. */
  public LoggedEvent field(String key, @Nullable Object value) {
    text.field(key, textOf(value));
    return this;
  }

  /** The thread's context (MDC); the configuration says what of it becomes a field. */
  public LoggedEvent context(@Nullable Map<String, String> mdc) {
    Map<String, String> names = options.names();
    if (mdc == null) {
      return this;
    }
    if (names == null) {
      mdc.forEach(this::field);
    } else {
      names.forEach((key, name) -> {
        String value = mdc.get(key);
        if (value != null) {
          field(name, value);
        }
      });
    }
    return this;
  }

  /** What was thrown; its class and message become a field, its stack trace does not. */
  public LoggedEvent thrown(@Nullable Throwable throwable) {
    this.thrown = throwable;
    return this;
  }

  /**
   * Logs the record, unless the configuration wants marked events alone and this has no marker.
   *
   * <p><b>Blocking</b>: as {@link AuditLog#log(int, String)}.
   *
   * @return whether it was accepted
   */
  public boolean log() {
    if (options.markedOnly() && !marked) {
      return false;
    }
    if (thrown != null) {
      text.field("exception", textOf(thrown));
    }
    return log.log(type, text.finish(message));
  }

  /** What an object says of itself; one that throws instead does not cost the record. */
  private static String textOf(@Nullable Object value) {
    try {
      return String.valueOf(value);
    } catch (RuntimeException e) { // code of the application
      return "? (toString() of "
          + (value == null ? null : value.getClass().getName())
          + " threw "
          + e.getClass().getName()
          + ")";
    }
  }
}
