// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The scenarios of a file, one by one: JSON, one scenario a line, or the {@linkplain TraceText text
 * form}, which begins with {@code scenario} or a comment.
 */
final class TraceFile {
  private static final JsonMapper JSON = new JsonMapper();

  private final BufferedReader reader;
  private int lineNumber;
  private @Nullable String ahead;
  private boolean begun;
  private boolean isText;

  TraceFile(BufferedReader reader) {
    this.reader = reader;
  }

  /** The text of a scenario in the file, from this line on. */
  record Raw(int line, List<String> lines, boolean isText) {
    /**
     * Reads it.
     *
     * @throws BadScenarioException if it is none
     * @throws tools.jackson.core.JacksonException if it is no JSON
     */
    TraceText.Read read() {
      if (isText) {
        return TraceText.read(line, lines);
      }
      JsonNode scenario = JSON.readTree(lines.getFirst());
      if (scenario == null || !scenario.isObject()) {
        throw new BadScenarioException("not a JSON object");
      }
      return new TraceText.Read(scenario, List.of());
    }

    /** What is wrong with it, and where. */
    String place(RuntimeException fault) {
      String reason = String.valueOf(fault.getMessage()).lines().findFirst().orElse("");
      return reason.startsWith("line ") ? reason : "line " + line + ": " + reason;
    }
  }

  /** The next scenario, or null at the end. */
  @Nullable Raw next() throws IOException {
    String line = line();
    while (line != null && (line.isBlank() || (isText && line.strip().startsWith("#")))) {
      line = line();
    }
    if (line == null) {
      return null;
    }
    if (!begun) {
      begun = true;
      isText = beginsScenario(line) || line.strip().startsWith("#");
      if (isText && !beginsScenario(line)) {
        return next();
      }
    }
    int first = lineNumber;
    var lines = new ArrayList<>(List.of(line));
    if (isText) {
      for (line = line(); line != null && !beginsScenario(line); line = line()) {
        lines.add(line);
      }
      ahead = line;
    }
    return new Raw(first, lines, isText);
  }

  private @Nullable String line() throws IOException {
    String line = ahead;
    if (line != null) {
      ahead = null;
      return line;
    }
    line = reader.readLine();
    lineNumber += line == null ? 0 : 1;
    return line;
  }

  private static boolean beginsScenario(String line) {
    return line.equals(TraceText.SCENARIO) || line.startsWith(TraceText.SCENARIO + " ");
  }
}
