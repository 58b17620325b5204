// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.core.KernelPolicy;
import io.kauditd.simulation.ReplayReport.Difference;
import io.kauditd.simulation.ReplayReport.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Replays traces of the kernel's own queue code on the engine, step by step. A file holds its
 * scenarios as JSON, one a line, or in the {@linkplain TraceText text form}. {@code
 * docs/internals/conformance.md} describes both.
 *
 * @since 0.1.0
 */
public final class TraceReplay {
  private static final JsonMapper JSON = new JsonMapper();

  private final int pullAhead;

  /**
   * A replay.
   *
   * @param pullAhead the records that the transport pulls before it tries the first of them, 1 to
   *     1,024. With 1, every event must come in its order. With more, the listeners see all pulled
   *     records before the first of them is tried, so what they see is compared separately.
   */
  public TraceReplay(int pullAhead) {
    this.pullAhead = pullAhead;
  }

  /**
   * Replays a file.
   *
   * @throws IOException if it cannot be read
   */
  public ReplayReport run(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return run(reader);
    }
  }

  /**
   * Replays the scenarios of a reader.
   *
   * @throws IOException if it cannot be read
   */
  public ReplayReport run(BufferedReader reader) throws IOException {
    int scenarios = 0;
    List<Failure> failures = new ArrayList<>();
    var file = new TraceFile(reader);
    for (TraceFile.Raw raw = file.next(); raw != null; raw = file.next()) {
      scenarios++;
      Failure failure = replay(raw);
      if (failure != null) {
        failures.add(failure);
      }
    }
    return new ReplayReport(scenarios, failures);
  }

  private @Nullable Failure replay(TraceFile.Raw raw) {
    int line = raw.line();
    String name = "line " + line;
    int stepNumber = 0;
    String stepText = "";
    try {
      TraceText.Read read = raw.read();
      JsonNode scenario = read.scenario();
      name = scenario.path("name").asString(name);
      var player = new ScenarioPlayer(policyOf(scenario.path("semantics").asString("")), pullAhead);
      JsonNode steps = scenario.path("steps");
      if (!steps.isArray()) {
        throw new BadScenarioException("'steps' is missing or no list");
      }
      for (JsonNode step : steps) {
        stepNumber++;
        line = raw.isText() ? read.stepLines().get(stepNumber - 1) : line;
        stepText = withoutExpectation(step, raw.isText());
        List<Difference> differences =
            compare(step.required("expect"), player.play(step), raw.isText());
        if (differences.isEmpty() && !player.status().ledger().balances()) {
          differences =
              List.of(new Difference("ledger", "balances", player.status().ledger().toString()));
        }
        if (!differences.isEmpty()) {
          return new Failure(line, name, stepNumber, stepText, differences);
        }
      }
      return null;
    } catch (JacksonException | IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      var difference = new Difference("scenario", "a step of the documented form", reason);
      return new Failure(line, name, stepNumber, stepText, List.of(difference));
    }
  }

  private static KernelPolicy policyOf(String semantics) {
    return Arrays.stream(KernelPolicy.values())
        .filter(policy -> policy.id().equals(semantics))
        .findFirst()
        .orElseThrow(() ->
            new BadScenarioException(
                "unknown semantics '"
                    + semantics
                    + "'; there are "
                    + Arrays.stream(KernelPolicy.values())
                        .map(KernelPolicy::id)
                        .collect(Collectors.joining(", "))));
  }

  private static String withoutExpectation(JsonNode step, boolean asText) {
    if (asText) {
      return TraceText.line(step);
    }
    var fields = new LinkedHashMap<String, Object>();
    step.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    fields.remove("expect");
    return JSON.writeValueAsString(fields);
  }

  private List<Difference> compare(JsonNode expect, Map<String, Object> played, boolean asText) {
    if (!(plain(expect) instanceof Map<?, ?> traced)) {
      throw new BadScenarioException("'expect' is no object");
    }
    Map<?, ?> expected = pullAhead == 1 ? traced : shownApart(traced);
    Map<?, ?> actual = pullAhead == 1 ? played : shownApart(played);
    var fields = new TreeSet<String>();
    actual.keySet().forEach(field -> fields.add((String) field));
    expected.keySet().forEach(field -> fields.add((String) field));
    List<Difference> differences = new ArrayList<>();
    for (String field : fields) {
      if (!Objects.equals(expected.get(field), actual.get(field))) {
        differences.add(
            new Difference(
                field, shown(expected.get(field), asText), shown(actual.get(field), asText)));
      }
    }
    return differences;
  }

  /** The same with what the listeners saw in a list of its own. */
  private static Map<?, ?> shownApart(Map<?, ?> state) {
    if (!(state.get("out") instanceof List<?> out)) {
      return state;
    }
    var apart = new LinkedHashMap<Object, @Nullable Object>(state);
    apart.put("out", out.stream().filter(event -> !isMulticast(event)).toList());
    apart.put("multicast", out.stream().filter(TraceReplay::isMulticast).toList());
    return apart;
  }

  private static boolean isMulticast(Object event) {
    return event instanceof Map<?, ?> fields && fields.containsKey("multicast");
  }

  private static String shown(@Nullable Object value, boolean asText) {
    if (value == null) {
      return "(nothing)";
    }
    return asText ? TraceValues.text(JSON.valueToTree(value)) : JSON.writeValueAsString(value);
  }

  /** A tree as maps, lists, strings, booleans and longs, so that it can be compared. */
  private static @Nullable Object plain(JsonNode node) {
    if (node.isObject()) {
      var map = new LinkedHashMap<String, @Nullable Object>();
      node.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
      return map;
    }
    if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(element -> list.add(plain(element)));
      return list;
    }
    if (node.isIntegralNumber()) {
      return node.asLong();
    }
    return node.isBoolean() ? (Object) node.asBoolean() : node.isNull() ? null : node.asString();
  }
}
