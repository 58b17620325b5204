// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core.logging;

import io.kauditd.api.RecordType;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an event.
 *
 * @param recordType the type of a record whose event names none
 * @param markedOnly whether events without an audit marker are left out
 * @param names what of the thread's context becomes a field, and under which name; null for all of
 *     it, as it is
 */
record EventOptions(int recordType, boolean markedOnly, @Nullable Map<String, String> names) {
  private static final PluginOption<Integer> RECORD_TYPE =
      PluginOption.custom(
              "record-type",
              "a record type by name or number, of those for applications, such as TRUSTED_APP or"
                  + " USER_CMD",
              "the type of records whose event has no marker that names one",
              EventOptions::recordTypeOf)
          .withDefault(RecordType.TRUSTED_APP);
  private static final PluginOption<Boolean> MARKED_ONLY =
      PluginOption.bool("marked-only", "whether only events with an audit marker are taken")
          .withDefault(false);
  private static final PluginOption<String> CONTEXT =
      PluginOption.string(
              "mdc",
              "what of the MDC becomes fields: all, none, or a list of KEY or KEY:FIELD with"
                  + " commas")
          .withDefault("all");
  private static final List<PluginOption<?>> ALL = List.of(RECORD_TYPE, MARKED_ONLY, CONTEXT);

  static final List<String> KEYS = ALL.stream().<String>map(PluginOption::key).toList();

  /** Checks what a user wrote. */
  static EventOptions of(Map<String, String> written) {
    PluginConfig config = PluginConfig.of(ALL, written);
    return new EventOptions(
        config.get(RECORD_TYPE), config.get(MARKED_ONLY), names(config.get(CONTEXT)));
  }

  private static int recordTypeOf(String text) {
    OptionalInt type = RecordType.parse(text.strip());
    if (type.isEmpty() || !RecordType.isUserMessage(type.getAsInt())) {
      throw new IllegalArgumentException("no record type of applications");
    }
    return type.getAsInt();
  }

  private static @Nullable Map<String, String> names(String written) {
    String text = written.strip();
    if (text.equals("all")) {
      return null;
    }
    var names = new LinkedHashMap<String, String>();
    if (text.equals("none")) {
      return names;
    }
    for (String item : text.split(",", -1)) {
      int colon = item.indexOf(':');
      String key = (colon < 0 ? item : item.substring(0, colon)).strip();
      String name = item.substring(colon + 1).strip();
      if (key.isEmpty() || name.isEmpty()) {
        throw new PluginConfigException(
            "option 'mdc': '"
                + written
                + "' is not valid; it takes all, none, or a list such as user:acct,traceId");
      }
      names.put(key, name);
    }
    return names;
  }
}
