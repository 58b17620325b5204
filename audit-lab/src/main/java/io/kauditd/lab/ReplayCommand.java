// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.simulation.BadScenarioException;
import io.kauditd.simulation.ReplayReport;
import io.kauditd.simulation.TraceReplay;
import io.kauditd.simulation.TraceText;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit replay}: plays traces of the kernel's queue code on the engine and compares. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Replays traces of the kernel's own queue code on this engine, and shows where the two"
          + " differ.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all scenarios passed; 1 one failed; 3 a file could not be read.",
      "",
      "Examples:",
      "  audit replay mainline.jsonl v5.16.jsonl",
      "  audit replay --print mainline.jsonl > mainline.txt"
    })
final class ReplayCommand implements Callable<Integer> {
  /** Expected and actual stand side by side where both fit, and below each other where not. */
  private static final int COLUMN = 46;

  /** What the engine offers a transport with one call. */
  private static final int MAX_PULL_AHEAD = 1024;

  private static final String INDENT = " ".repeat(6);

  private final Screen screen;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Trace files: one JSON scenario per line, or the text that --print writes.")
  private List<Path> files = List.of();

  @Option(
      names = "--pull-ahead",
      paramLabel = "N",
      split = ",",
      description =
          "How many records the replayed transport pulls before it reports what it took, 1 to 1024."
              + " Several numbers replay the files once with each. The outcome is the same."
              + " Default: 1.")
  private List<Integer> pullAhead = List.of(1);

  @Option(
      names = "--print",
      description =
          "Print the scenarios as text that a person can read and a diff can show, and replay"
              + " nothing.")
  private boolean print;

  ReplayCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    for (int records : pullAhead) {
      if (records < 1 || records > MAX_PULL_AHEAD) {
        throw new UserValue(String.valueOf(records), "--pull-ahead")
            .notValid("a whole number from 1 to " + MAX_PULL_AHEAD);
      }
    }
    files.forEach(ReplayCommand::checkReadable);
    if (print) {
      return print();
    }
    int passed = 0;
    int failed = 0;
    for (int records : pullAhead) {
      String with = pullAhead.size() == 1 ? "" : ", pulling " + records + " ahead";
      for (Path file : files) {
        ReplayReport report = read(file, new TraceReplay(records)::run);
        passed += report.passed();
        failed += report.failures().size();
        screen
            .out()
            .printf(
                "%s%s: %d passed, %d failed%n",
                file, with, report.passed(), report.failures().size());
        report.failures().forEach(this::show);
      }
    }
    screen.out().printf("%d passed, %d failed%n", passed, failed);
    return failed == 0 ? ExitCode.OK : ExitCode.NOT_ALL;
  }

  private static void checkReadable(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT,
          "'"
              + file
              + "' cannot be read: "
              + (!Files.exists(file)
                  ? "there is no such file"
                  : Files.isDirectory(file) ? "it is a directory" : "permission denied"));
    }
  }

  private int print() {
    String between = "";
    for (Path file : files) {
      screen.out().print(between + read(file, TraceText::of));
      between = "\n";
    }
    return ExitCode.OK;
  }

  /** What is done with a file. */
  private interface Reading<T> {
    T of(Path file) throws IOException;
  }

  private static <T> T read(Path file, Reading<T> reading) {
    try {
      return reading.of(file);
    } catch (BadScenarioException e) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT, "'" + file + "' cannot be printed: " + e.getMessage(), e);
    } catch (CharacterCodingException e) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT, "'" + file + "' cannot be read: it is not UTF-8 text", e);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT, "'" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private void show(ReplayReport.Failure failure) {
    screen
        .out()
        .printf(
            "  line %d, scenario '%s', step %d: %s%n",
            failure.line(), failure.scenario(), failure.stepNumber(), failure.step());
    boolean wide =
        failure.differences().stream()
            .anyMatch(d -> d.expected().length() > COLUMN || d.actual().length() > COLUMN);
    if (!wide) {
      screen.out().printf("%s%-12s %-" + COLUMN + "s %s%n", INDENT, "", "expected", "actual");
    }
    for (ReplayReport.Difference difference : failure.differences()) {
      if (wide) {
        screen.out().printf("%s%s%n", INDENT, difference.field());
        screen.out().printf("%s  expected %s%n", INDENT, difference.expected());
        screen.out().printf("%s  actual   %s%n", INDENT, difference.actual());
      } else {
        screen
            .out()
            .printf(
                "%s%-12s %-" + COLUMN + "s %s%n",
                INDENT,
                difference.field(),
                difference.expected(),
                difference.actual());
      }
    }
  }
}
