// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import java.nio.charset.StandardCharsets;

/** Writes a record as a JSON object (RFC 8259) of one line. */
final class JsonValue {
  private static final char FIRST_PLAIN = ' ';

  private JsonValue() {}

  static byte[] of(AuditRecord record, String node, String instance) {
    var json = new StringBuilder(200);
    json.append("{\"node\":");
    string(json, node);
    json.append(",\"type\":");
    string(json, RecordType.nameOf(record.type()));
    json.append(",\"type_number\":").append(record.type());
    json.append(",\"time_ms\":").append(record.timeMs());
    json.append(",\"serial\":").append(Long.toUnsignedString(record.serial()));
    json.append(",\"instance\":");
    string(json, instance);
    json.append(",\"number\":").append(record.number());
    String head = record.head();
    if (head != null) {
      json.append(",\"head\":");
      string(json, head);
    }
    json.append(",\"text\":");
    string(json, record.text());
    return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void string(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < FIRST_PLAIN || isHalf(text, i)) {
            json.append("\\u").append(String.format("%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }

  /** Whether it is half of a surrogate pair that has no other half: UTF-8 cannot write it. */
  private static boolean isHalf(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }
}
