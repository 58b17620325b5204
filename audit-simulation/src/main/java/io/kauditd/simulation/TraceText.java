// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The text form of a trace, which a person can read and a diff can show. Each step is a line. Below
 * it are the events, one a line, and what has changed since the previous step. {@code
 * docs/internals/conformance.md} describes it.
 *
 * @since 0.1.0
 */
public final class TraceText {
  static final String SCENARIO = "scenario";
  private static final String SEMANTICS = "semantics";
  private static final String WHY = "why";
  private static final String CHANGED = "=>";

  /** Marks an {@code expect} that has other fields than the usual ones. */
  private static final String ONLY = "only";

  private static final String INDENT = "  ";
  private static final JsonMapper JSON = new JsonMapper();

  private static final String START =
      "{\"main\":[],\"retry\":[],\"hold\":[],\"lost\":0,\"daemon\":0,\"waitActualMs\":0}";

  private TraceText() {}

  /** A scenario, with the line of each of its steps. */
  record Read(JsonNode scenario, List<Integer> stepLines) {}

  /**
   * The scenarios of a file of either form, in the text form.
   *
   * @throws IOException if it cannot be read
   * @throws BadScenarioException if one is no scenario; the message names its line
   */
  public static String of(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return of(reader);
    }
  }

  /** The same of what a reader has. */
  static String of(BufferedReader reader) throws IOException {
    var text = new StringBuilder();
    var file = new TraceFile(reader);
    for (TraceFile.Raw raw = file.next(); raw != null; raw = file.next()) {
      try {
        text.append(text.isEmpty() ? "" : "\n").append(print(raw.read().scenario()));
      } catch (JacksonException | IllegalArgumentException e) {
        throw new BadScenarioException(raw.place(e), e);
      }
    }
    return text.toString();
  }

  /** One scenario as text. */
  static String print(JsonNode scenario) {
    var text = new StringBuilder();
    for (Map.Entry<String, JsonNode> field : scenario.properties()) {
      switch (field.getKey()) {
        case "name" -> header(text, SCENARIO, field.getValue());
        case SEMANTICS, WHY -> header(text, field.getKey(), field.getValue());
        case "steps" -> {}
        default -> throw new BadScenarioException("unknown field '" + field.getKey() + "'");
      }
    }
    ObjectNode before = start();
    for (JsonNode step : scenario.required("steps")) {
      text.append('\n').append(line(step));
      JsonNode expect = step.required("expect");
      if (isUsual(expect)) {
        for (JsonNode event : expect.path("out")) {
          text.append('\n').append(INDENT).append(TraceValues.fields(event));
        }
        before = changes(text, before, expect);
      } else {
        text.append('\n').append(INDENT).append(ONLY).append(' ');
        text.append(TraceValues.fields(expect));
      }
    }
    return text.append('\n').toString();
  }

  /** A step without what is expected. */
  static String line(JsonNode step) {
    var text = new StringBuilder(step.required("op").asString());
    step.propertyStream()
        .filter(field -> !field.getKey().equals("op") && !field.getKey().equals("expect"))
        .forEach(field -> text.append(' ').append(TraceValues.field(field)));
    return text.toString();
  }

  private static void header(StringBuilder text, String word, JsonNode value) {
    String line = value.asString();
    boolean plain =
        !line.isEmpty()
            && line.equals(line.strip())
            && line.charAt(0) != '"'
            && line.chars().noneMatch(Character::isISOControl);
    text.append(word).append(' ').append(plain ? line : value.toString()).append('\n');
  }

  private static ObjectNode start() {
    return (ObjectNode) JSON.readTree(START);
  }

  /** Whether it has the events and each field of the state, and each event has a field. */
  private static boolean isUsual(JsonNode expect) {
    var names = new ArrayList<String>();
    names.add("out");
    names.addAll(start().propertyNames());
    return expect.isObject()
        && List.copyOf(expect.propertyNames()).equals(names)
        && expect.path("out").valueStream().allMatch(e -> e.isObject() && !e.isEmpty());
  }

  private static ObjectNode changes(StringBuilder text, ObjectNode before, JsonNode expect) {
    ObjectNode now = JSON.createObjectNode();
    ObjectNode changed = JSON.createObjectNode();
    for (String name : before.propertyNames()) {
      JsonNode value = expect.required(name);
      now.set(name, value);
      if (!value.equals(before.get(name))) {
        changed.set(name, value);
      }
    }
    if (!changed.isEmpty()) {
      text.append('\n').append(INDENT).append(CHANGED).append(' ');
      text.append(TraceValues.fields(changed));
    }
    return now;
  }

  /**
   * Reads one scenario.
   *
   * @param line the number of its first line
   * @throws BadScenarioException if it is none; the message names the line
   */
  static Read read(int line, List<String> lines) {
    var reader = new Reader();
    for (int i = 0; i < lines.size(); i++) {
      try {
        reader.take(line + i, lines.get(i));
      } catch (JacksonException | BadScenarioException e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        throw new BadScenarioException("line " + (line + i) + ": " + reason, e);
      }
    }
    return reader.end();
  }

  /** What has been read of a scenario so far. */
  private static final class Reader {
    private final ObjectNode scenario = JSON.createObjectNode();
    private final ArrayNode steps = JSON.createArrayNode();
    private final List<Integer> stepLines = new ArrayList<>();
    private final ObjectNode state = start();
    private @Nullable ObjectNode step;
    private @Nullable ObjectNode only;
    private ArrayNode out = JSON.createArrayNode();

    void take(int number, String line) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        return;
      }
      int space = text.indexOf(' ');
      String word = space < 0 ? text : text.substring(0, space);
      String rest = space < 0 ? "" : text.substring(space + 1).strip();
      if (Character.isWhitespace(line.charAt(0))) {
        outcome(word, text, rest);
      } else if (steps.isEmpty() && step == null && isHeader(word)) {
        header(word, rest);
      } else {
        begin(number, word, rest);
      }
    }

    private static boolean isHeader(String word) {
      return word.equals(SCENARIO) || word.equals(SEMANTICS) || word.equals(WHY);
    }

    private void header(String word, String rest) {
      String name = word.equals(SCENARIO) ? "name" : word;
      if (rest.isEmpty()) {
        throw new BadScenarioException("nothing stands after '" + word + "'");
      }
      scenario.put(name, rest.startsWith("\"") ? JSON.readTree(rest).asString() : rest);
    }

    private void begin(int number, String op, String fields) {
      if (!scenario.has("name")) {
        throw new BadScenarioException("a scenario begins with 'scenario NAME'");
      }
      endStep();
      ObjectNode begun = JSON.createObjectNode();
      begun.put("op", op);
      for (Map.Entry<String, JsonNode> field : TraceValues.readFields(fields).properties()) {
        if (field.getKey().equals("op") || field.getKey().equals("expect")) {
          throw new BadScenarioException("a step has no field '" + field.getKey() + "'");
        }
        begun.set(field.getKey(), field.getValue());
      }
      step = begun;
      stepLines.add(number);
    }

    private void outcome(String word, String text, String rest) {
      if (step == null) {
        throw new BadScenarioException("there is no step above this line");
      }
      switch (word) {
        case CHANGED -> change(TraceValues.readFields(rest));
        case ONLY -> only = TraceValues.readFields(rest);
        default -> out.add(TraceValues.readFields(text));
      }
    }

    private void change(ObjectNode changes) {
      for (Map.Entry<String, JsonNode> field : changes.properties()) {
        if (!state.has(field.getKey())) {
          throw new BadScenarioException(
              "unknown '"
                  + field.getKey()
                  + "'; there are "
                  + String.join(", ", state.propertyNames()));
        }
        state.set(field.getKey(), field.getValue());
      }
    }

    private void endStep() {
      if (step == null) {
        return;
      }
      ObjectNode expect = only;
      if (expect == null) {
        expect = JSON.createObjectNode();
        expect.set("out", out);
        for (Map.Entry<String, JsonNode> field : state.properties()) {
          expect.set(field.getKey(), field.getValue());
        }
      }
      step.set("expect", expect);
      steps.add(step);
      step = null;
      only = null;
      out = JSON.createArrayNode();
    }

    Read end() {
      endStep();
      scenario.set("steps", steps);
      return new Read(scenario, stepLines);
    }
  }
}
