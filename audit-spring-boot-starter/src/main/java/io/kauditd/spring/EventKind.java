// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import io.kauditd.api.AuditLog;
import io.kauditd.core.logging.LoggedEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.util.ClassUtils;

/**
 * The record that an event becomes.
 *
 * @param type of the record
 * @param op what was done, in a word
 * @param success how it ended; null if the event's type does not say
 */
record EventKind(int type, String op, @Nullable Boolean success) {
  /** Who asked, in the events of Spring Security: an object of the application's choice. */
  private static final String DETAILS = "details";

  private static final String MESSAGE = "message";

  /** In the events of a failure the class of the exception. */
  private static final String TYPE = "type";

  private static final boolean HAS_WEB =
      ClassUtils.isPresent(
          "org.springframework.security.web.authentication.WebAuthenticationDetails",
          EventKind.class.getClassLoader());

  EventKind withType(int other) {
    return new EventKind(other, op, success);
  }

  /** The event as a record that is still to be logged. */
  LoggedEvent begin(AuditLog log, AuditEvent event) {
    Map<String, @Nullable Object> data = event.getData();
    Object message = data.get(MESSAGE);
    LoggedEvent record =
        LoggedEvent.of(log, type, message == null ? "" : message.toString())
            .field("op", op)
            .field("acct", event.getPrincipal());
    if (success != null) {
      record.field("res", success);
    }
    data.forEach((key, value) -> {
      switch (key) {
        case MESSAGE -> {}
        case DETAILS -> addDetails(record, value);
        case TYPE -> record.field("error", value);
        default -> record.field(key, value);
      }
    });
    return record;
  }

  /** Never what the object says of itself: a session's id opens the session to who reads it. */
  private static void addDetails(LoggedEvent record, @Nullable Object details) {
    if (HAS_WEB) {
      Web.addAddress(record, details);
    }
  }

  /** Loaded only where Spring Security is. */
  private static final class Web {
    static void addAddress(LoggedEvent record, @Nullable Object details) {
      if (details instanceof WebAuthenticationDetails web && web.getRemoteAddress() != null) {
        record.field("addr", web.getRemoteAddress());
      }
    }
  }
}
