// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import io.kauditd.api.RecordType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Maps an event type to the kind of record that it becomes. Immutable. */
final class EventTypes {
  private static final int USER_ROLE_CHANGE = 2300;

  /** What Spring Security's events are called by the programs whose records auditors know. */
  private static final Map<String, EventKind> OF_SPRING =
      Map.of(
          "AUTHENTICATION_SUCCESS", new EventKind(RecordType.USER_LOGIN, "login", true),
          "AUTHENTICATION_FAILURE", new EventKind(RecordType.USER_LOGIN, "login", false),
          "AUTHENTICATION_SWITCH", new EventKind(USER_ROLE_CHANGE, "switch-user", true),
          "AUTHORIZATION_FAILURE", new EventKind(RecordType.USER_ACCT, "access", false),
          "LOGOUT_SUCCESS", new EventKind(RecordType.USER_LOGOUT, "logout", true));

  private final Map<String, EventKind> known = new LinkedHashMap<>(OF_SPRING);
  private final int defaultType;

  EventTypes(Map<String, String> types, String defaultType) {
    this.defaultType = recordType("kauditd.events.default-type", defaultType);
    types.forEach((event, type) -> {
      int number = recordType("kauditd.events.types." + event, type);
      known.put(event, of(event).withType(number));
    });
  }

  private static int recordType(String property, String written) {
    OptionalInt type = RecordType.parse(written.strip());
    if (type.isEmpty() || !RecordType.isUserMessage(type.getAsInt())) {
      throw new KauditdConfigurationException(
          property
              + " is '"
              + written
              + "', which is no record type of applications; it takes one by name or number, such"
              + " as USER_CMD or TRUSTED_APP");
    }
    return type.getAsInt();
  }

  EventKind of(String event) {
    EventKind kind = known.get(event);
    return kind != null ? kind : new EventKind(defaultType, event, resultIn(event));
  }

  private static @Nullable Boolean resultIn(String event) {
    return event.endsWith("_SUCCESS") ? Boolean.TRUE : event.endsWith("_FAILURE") ? false : null;
  }
}
