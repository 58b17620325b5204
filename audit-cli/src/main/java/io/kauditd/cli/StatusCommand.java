// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit status}: what running instances are doing. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what a running 'audit run' of this user is doing; of several, one line each.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 shown; 1 none runs; 3 one does not answer.",
      "",
      "Examples:",
      "  audit status",
      "  audit status --json --pid 4711"
    })
final class StatusCommand implements Callable<Integer> {
  private final Screen screen;

  @Mixin private PlacesOptions places = new PlacesOptions();

  @Option(names = "--json", description = "Print one JSON document a line, one for each instance.")
  private boolean json;

  @Option(names = "--pid", paramLabel = "PID", description = "Ask this process only.")
  private @Nullable Long pid;

  StatusCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    var directory = new ControlDirectory(places.places().runtime());
    List<StatusClient.Answer> answers = ask(directory);
    if (answers.isEmpty()) {
      throw noneRuns(pid, directory);
    }
    if (json) {
      answers.forEach(answer -> screen.out().println(answer.json()));
    } else if (answers.size() == 1) {
      ReportText.of(Json.readObject(answers.get(0).json())).forEach(screen.out()::println);
    } else {
      for (StatusClient.Answer answer : answers) {
        screen.out().println(ReportText.shortLine(Json.readObject(answer.json())));
      }
      screen.out().println("'audit status --pid PID' shows one of them in full");
    }
    return ExitCode.OK;
  }

  /** What to say if there is nothing to look at. */
  static UserError noneRuns(@Nullable Long pid, ControlDirectory directory) {
    return new UserError(
        ExitCode.NOT_ALL,
        (pid == null ? "no instance runs" : "--pid: no instance runs as process " + pid)
            + " (looked in "
            + directory.path()
            + "); 'audit run' starts one");
  }

  private List<StatusClient.Answer> ask(ControlDirectory directory) {
    var client = new StatusClient(directory);
    try {
      return pid == null ? client.askAll() : client.ask(pid).stream().toList();
    } catch (IOException e) {
      throw new UserError(ExitCode.INPUT_OUTPUT, "--runtime-dir: " + e.getMessage(), e);
    }
  }
}
