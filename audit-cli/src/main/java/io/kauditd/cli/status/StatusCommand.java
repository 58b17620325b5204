// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.status;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.Json;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.live.ControlDirectory;
import io.kauditd.cli.live.RuntimeDirectory;
import io.kauditd.cli.live.StatusClient;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit status}: what running instances are doing. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the state of a running 'audit run'; of several, one line each. Finds runs of the same"
          + " user and services of the package. For any other run, give its --runtime-dir; only its"
          + " user, root and the group of --status-group may ask.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 shown; 1 none runs; 3 one does not answer; the others are shown.",
      "",
      "Examples:",
      "  audit status",
      "  audit status --json --pid 4711"
    })
public final class StatusCommand implements Callable<Integer> {
  private final Screen screen;

  @Mixin private RuntimeDirectory runtime = new RuntimeDirectory();

  @Option(
      names = "--json",
      description = "Print one JSON document per line, one for each instance.")
  private boolean json;

  @Option(names = "--pid", paramLabel = "PID", description = "Ask this process only.")
  private @Nullable Long pid;

  public StatusCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    List<ControlDirectory> places = runtime.places();
    StatusClient.Replies replies = ask(places);
    List<StatusClient.Answer> answers = replies.answers();
    if (answers.isEmpty() && replies.silent().isEmpty()) {
      throw noneRuns(pid, places);
    }
    if (json) {
      // Read and written again: what another process says may be anything.
      answers.forEach(answer -> screen.out().println(Json.write(Json.readObject(answer.json()))));
      replies
          .silent()
          .forEach((silent, why) -> screen.out().println(Json.write(silentDocument(silent, why))));
    } else if (answers.size() == 1 && replies.silent().isEmpty()) {
      ReportText.of(Json.readObject(answers.get(0).json())).forEach(screen.out()::println);
    } else {
      for (StatusClient.Answer answer : answers) {
        screen.out().println(ReportText.shortLine(Json.readObject(answer.json())));
      }
      replies.silent().values().forEach(why -> screen.out().println(Harmless.line(why)));
      screen.out().println("'audit status --pid PID' shows one of them in full");
    }
    return replies.silent().isEmpty() ? ExitCode.OK : ExitCode.INPUT_OUTPUT;
  }

  private static Map<String, Object> silentDocument(long pid, String why) {
    var document = new LinkedHashMap<String, Object>();
    document.put("pid", pid);
    document.put("error", why);
    return document;
  }

  /** What to say if there is nothing to look at. */
  public static UserError noneRuns(@Nullable Long pid, List<ControlDirectory> places) {
    return new UserError(
        ExitCode.NOT_ALL,
        (pid == null ? "no instance runs" : "--pid: no instance runs as process " + pid)
            + " (looked in "
            + places.stream()
                .map(place -> place.path().toString())
                .collect(Collectors.joining(" and "))
            + "); 'audit run' starts one");
  }

  private StatusClient.Replies ask(List<ControlDirectory> places) {
    var client = new StatusClient(places);
    try {
      return pid == null
          ? client.askAll()
          : new StatusClient.Replies(client.ask(pid).stream().toList(), new TreeMap<>());
    } catch (IOException e) {
      throw new UserError(ExitCode.INPUT_OUTPUT, "--runtime-dir: " + e.getMessage(), e);
    }
  }
}
