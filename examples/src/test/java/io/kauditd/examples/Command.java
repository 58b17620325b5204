// SPDX-License-Identifier: Apache-2.0
package io.kauditd.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end, with what it says. */
final class Command {
  private static final long PATIENCE_S = 300;

  private final Path directory;
  private final Map<String, String> environment = new LinkedHashMap<>();

  private Command(Path directory) {
    this.directory = directory;
  }

  /** What came of it; standard error stands in the order it was written. */
  record Outcome(int exit, String out, String err) {
    String all() {
      return out + err;
    }
  }

  static Command in(Path directory) {
    return new Command(directory);
  }

  Command with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Outcome run(List<String> command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("command", ".out");
    Path err = Files.createTempFile("command", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
          throw new AssertionError(command + " does not end; it said: " + Files.readString(err));
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        process.destroyForcibly();
      }
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
