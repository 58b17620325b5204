// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core.logging;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * The text of a user message, as libaudit writes it: values that could be taken for something else
 * are hexadecimal digits.
 */
final class UserMessage {
  /** The longest value, in bytes before encoding; a message may take what is left. */
  static final int MAX_VALUE_BYTES = 512;

  /** The longest that all fields but the message may be, in bytes after encoding. */
  static final int MAX_FIELDS_BYTES = 4000;

  /** The longest message, in bytes before encoding; then everything fits into a record. */
  static final int MAX_MESSAGE_BYTES = 2200;

  /** Fields that the library or the audit tools give a meaning of their own. */
  private static final Set<String> RESERVED =
      Set.of("pid", "uid", "auid", "ses", "subj", "msg", "type", "exe", "res", "info");

  private static final Set<String> RESULTS = Set.of("res", "result", "outcome");
  private static final String HEAD = head();

  private final StringBuilder fields = new StringBuilder(200);
  private final Set<String> names = new HashSet<>();
  private String result = "";
  private int cut;

  void field(String key, String value) {
    String name = name(key);
    if (RESULTS.contains(name) && isResult(value)) {
      return;
    }
    if (RESERVED.contains(name)) {
      name = "app_" + name;
    }
    if (value.isEmpty() || !names.add(name)) {
      return;
    }
    String encoded = encode(shortened(value, MAX_VALUE_BYTES));
    if (fields.length() + name.length() + encoded.length() > MAX_FIELDS_BYTES) {
      cut++;
      return;
    }
    fields.append(name).append('=').append(encoded).append(' ');
  }

  private boolean isResult(String value) {
    String said =
        switch (value.strip().toLowerCase(Locale.ROOT)) {
          case "success", "succeeded", "true", "yes", "ok", "1" -> "success";
          case "failed", "failure", "false", "no", "fail", "0" -> "failed";
          default -> "";
        };
    if (result.isEmpty()) {
      result = said;
    }
    return !said.isEmpty();
  }

  String finish(String message) {
    var text = new StringBuilder(HEAD.length() + fields.length() + 2 * message.length() + 40);
    text.append(HEAD).append(fields);
    if (cut > 0) {
      text.append("fields_cut=").append(cut).append(' ');
    }
    text.append("info=").append(encode(shortened(message, MAX_MESSAGE_BYTES)));
    text.append(names.contains("hostname") ? "" : " hostname=?");
    text.append(names.contains("addr") ? "" : " addr=?");
    text.append(names.contains("terminal") ? "" : " terminal=?");
    return text.append(result.isEmpty() ? "" : " res=" + result).append('\'').toString();
  }

  private static String name(String key) {
    String name = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "_");
    boolean letter = !name.isEmpty() && name.charAt(0) >= 'a' && name.charAt(0) <= 'z';
    return (letter ? name : "x" + name)
        .substring(0, Math.min(name.length() + (letter ? 0 : 1), 32));
  }

  private static byte[] shortened(String value, int limit) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= limit) {
      return bytes;
    }
    int end = limit - 3;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    byte[] mark = "...".getBytes(StandardCharsets.US_ASCII);
    byte[] cut = java.util.Arrays.copyOf(bytes, end + mark.length);
    System.arraycopy(mark, 0, cut, end, mark.length);
    return cut;
  }

  private static String encode(byte[] value) {
    for (byte b : value) {
      if (b <= ' ' || b == 127 || b == '"' || b == '\'') {
        return HexFormat.of().withUpperCase().formatHex(value);
      }
    }
    return '"' + new String(value, StandardCharsets.US_ASCII) + '"';
  }

  private static String head() {
    return "pid=" + ProcessHandle.current().pid() + " uid=? auid=? ses=? msg='";
  }
}
