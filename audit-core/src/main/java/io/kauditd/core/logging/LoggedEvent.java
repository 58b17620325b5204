// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core.logging;

import io.kauditd.api.AuditLog;
import io.kauditd.api.RecordText;
import io.kauditd.api.RecordType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns one event of a logging back end into a record.
 *
 * <p>A marker named after a record type of applications ({@code USER_LOGIN}) sets the record's
 * type. {@code AUDIT} marks the event for the audit trail and leaves the type to the configuration.
 * The last part of the logger's name ({@code audit.USER_LOGIN}) also counts as a marker, after
 * these, because not every façade has markers. Fields come from the event's key-value pairs and the
 * thread's context; the first one of a name counts. {@code res}, {@code result} and {@code outcome}
 * set the result if their value means success or failure.
 *
 * <p>Not thread-safe; for one record.
 *
 * @since 0.1.0
 */
public final class LoggedEvent {
  /** The marker that says: for the audit trail. */
  public static final String AUDIT_MARKER = "AUDIT";

  private static final String LOGGER = "logger";
  private static final String LEVEL = "level";
  private static final String EXCEPTION = "exception";

  /** The audit tools decode what stands in it; they know no name that would say it better. */
  private static final String MESSAGE = "info";

  /** Names that an application cannot take: they are what this says of the event. */
  private static final Set<String> OWN = Set.of(LOGGER, LEVEL, EXCEPTION, MESSAGE, "exe");

  private static final Set<String> RESULTS = Set.of("res", "result", "outcome");

  /** The longest value; a message may take what is left. */
  private static final int MAX_VALUE_CHARS = 512;

  /** The longest that fields may be together, so that a message has room. */
  private static final int MAX_FIELDS_BYTES = 4000;

  private final AuditLog log;
  private final EventOptions options;
  private final String logger;
  private final String message;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private @Nullable Boolean success;
  private int fieldsBytes;
  private int fieldsCut;
  private int type;
  private boolean typed;
  private boolean marked;

  LoggedEvent(AuditLog log, EventOptions options, String logger, String level, String message) {
    this.log = log;
    this.options = options;
    this.logger = logger;
    this.message = message;
    this.type = options.recordType();
    put(LOGGER, logger);
    put(LEVEL, level);
  }

  /**
   * Begins a record for an event that does not come from a logging back end, such as a framework's
   * audit event. Not thread-safe.
   *
   * @param type the record type, for example {@link RecordType#USER_LOGIN}
   * @param message the message, empty for none
   */
  public static LoggedEvent of(AuditLog log, int type, String message) {
    return new LoggedEvent(log, new EventOptions(type, false, null), "", "", message);
  }

  /** Adds a marker of the event; the first that names a record type counts. */
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

  /** Adds a key-value pair of the event. */
  public LoggedEvent field(String key, @Nullable Object value) {
    String text = textOf(value);
    if (RESULTS.contains(key.toLowerCase(Locale.ROOT))) {
      Boolean said = resultOf(text);
      if (said != null) {
        success = success == null ? said : success;
        return this;
      }
    }
    String name = RecordText.nameFor(key);
    put(OWN.contains(name) ? name + "_" : name, text);
    return this;
  }

  private void put(String name, String value) {
    if (value.isEmpty() || fields.containsKey(name)) {
      return;
    }
    String excerpt = excerpt(value);
    int most = name.length() + 2 * excerpt.getBytes(StandardCharsets.UTF_8).length + 4;
    if (fieldsBytes + most > MAX_FIELDS_BYTES) {
      fieldsCut++;
      return;
    }
    fieldsBytes += most;
    fields.put(name, excerpt);
  }

  private static String excerpt(String value) {
    if (value.length() <= MAX_VALUE_CHARS) {
      return value;
    }
    int end = MAX_VALUE_CHARS - 3;
    return value.substring(0, Character.isHighSurrogate(value.charAt(end - 1)) ? end - 1 : end)
        + "...";
  }

  private static @Nullable Boolean resultOf(String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "success", "succeeded", "true", "yes", "ok", "1" -> true;
      case "failed", "failure", "false", "no", "fail", "0" -> false;
      default -> null;
    };
  }

  /** Adds the thread's context (MDC); the configuration selects which keys become fields. */
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

  /** Adds the exception; its class and message become a field, its stack trace does not. */
  public LoggedEvent thrown(@Nullable Throwable throwable) {
    if (throwable != null) {
      put(EXCEPTION, textOf(throwable));
    }
    return this;
  }

  /**
   * Logs the record, unless the configuration accepts only marked events and this one has no
   * marker.
   *
   * <p><b>Blocking</b>: as {@link AuditLog#log(int, String)}.
   *
   * @return whether it was accepted
   */
  public boolean log() {
    marker(logger.substring(logger.lastIndexOf('.') + 1)); // behind those of the event
    if (options.markedOnly() && !marked) {
      return false;
    }
    RecordText text = RecordText.of(type);
    fields.forEach(text::text);
    if (fieldsCut > 0) {
      text.field("fields_cut", fieldsCut);
    }
    if (!message.isEmpty()) {
      text.excerpt(MESSAGE, message);
    }
    if (success != null) {
      text.result(success);
    }
    return log.log(type, text.toString());
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
