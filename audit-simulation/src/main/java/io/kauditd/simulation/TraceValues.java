// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The values of the text form of a trace: words, numbers, "strings", [lists] and {objects}, and
 * rows of fields, {@code name=value}. They hold what JSON holds, with a space for each comma.
 */
final class TraceValues {
  private static final JsonMapper JSON = new JsonMapper();

  /** Deeper brackets are refused, since each takes a frame of the stack. */
  private static final int MAX_DEPTH = 16;

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:/-]*");
  private static final Pattern LITERAL =
      Pattern.compile("true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

  private final String text;
  private int at;

  private TraceValues(String text) {
    this.text = text;
  }

  /** A value as text. */
  static String text(JsonNode value) {
    if (value.isArray()) {
      return value.valueStream().map(TraceValues::text).collect(Collectors.joining(" ", "[", "]"));
    }
    if (value.isObject()) {
      return "{" + fields(value) + "}";
    }
    return value.isString() ? string(value.asString()) : value.toString();
  }

  /** The fields of an object in a row. */
  static String fields(JsonNode object) {
    return object.propertyStream().map(TraceValues::field).collect(Collectors.joining(" "));
  }

  static String field(Map.Entry<String, JsonNode> field) {
    return string(field.getKey()) + "=" + text(field.getValue());
  }

  private static String string(String value) {
    return WORD.matcher(value).matches() && !LITERAL.matcher(value).matches()
        ? value
        : JSON.writeValueAsString(value);
  }

  /**
   * Reads a row of fields.
   *
   * @throws BadScenarioException if it is none
   */
  static ObjectNode readFields(String text) {
    var values = new TraceValues(text);
    ObjectNode object = values.fields(0);
    if (values.at < text.length()) {
      throw new BadScenarioException("'" + text.charAt(values.at) + "' closes nothing");
    }
    return object;
  }

  /** The fields up to the end, or up to the bracket that closes them. */
  private ObjectNode fields(int depth) {
    ObjectNode object = JSON.createObjectNode();
    skipSpace();
    while (at < text.length() && text.charAt(at) != '}') {
      String name = name();
      if (at == text.length() || text.charAt(at) != '=') {
        throw new BadScenarioException("there is no '=' after '" + name + "'");
      }
      at++;
      if (object.has(name)) {
        throw new BadScenarioException("'" + name + "' is given twice");
      }
      object.set(name, value(depth));
      skipSpace();
    }
    return object;
  }

  private String name() {
    JsonNode name = scalar();
    return name.isString() ? name.asString() : name.toString();
  }

  private JsonNode value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new BadScenarioException("its brackets are nested too deeply to be read");
    }
    skipSpace();
    char first = at < text.length() ? text.charAt(at) : ' ';
    return switch (first) {
      case '[' -> {
        at++;
        yield list(depth);
      }
      case '{' -> {
        at++;
        ObjectNode object = fields(depth + 1);
        close('}');
        yield object;
      }
      default -> scalar();
    };
  }

  private ArrayNode list(int depth) {
    ArrayNode list = JSON.createArrayNode();
    skipSpace();
    while (at < text.length() && text.charAt(at) != ']') {
      list.add(value(depth + 1));
      skipSpace();
    }
    close(']');
    return list;
  }

  private void close(char bracket) {
    if (at == text.length()) {
      throw new BadScenarioException("there is no '" + bracket + "' at the end");
    }
    at++;
  }

  private JsonNode scalar() {
    int start = at;
    if (at < text.length() && text.charAt(at) == '"') {
      at = endOfString();
      return JSON.readTree(text.substring(start, at));
    }
    while (at < text.length() && " \t[]{}=\"".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    if (word.isEmpty()) {
      throw new BadScenarioException(
          at == text.length()
              ? "a value is missing at the end"
              : "there is a '" + text.charAt(at) + "' where a word should be");
    }
    return LITERAL.matcher(word).matches() ? JSON.readTree(word) : StringNode.valueOf(word);
  }

  private int endOfString() {
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return i + 1;
      }
      if (c == '\\') {
        i++;
      }
    }
    throw new BadScenarioException("a string has no '\"' at its end");
  }

  private void skipSpace() {
    while (at < text.length() && " \t".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
