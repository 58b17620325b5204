// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.cli.command.Screen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs the command in this process, by its entry point, and catches what it says. */
public final class Tool {
  private Tool() {}

  /**
   * What came of a command.
   *
   * @param code the exit code
   * @param out standard output
   * @param err standard error, without what is logged
   */
  public record Result(int code, String out, String err) {
    public List<String> outLines() {
      return out.lines().toList();
    }

    /** The one line on standard error. */
    public String complaint() {
      return err.strip();
    }
  }

  public static Result run(String... arguments) {
    return run(false, arguments);
  }

  public static Result run(boolean progress, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Main.run(
            new Screen(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                progress,
                false),
            arguments);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
