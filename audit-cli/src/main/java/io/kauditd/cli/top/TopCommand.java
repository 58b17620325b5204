// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.cli.live.ControlDirectory;
import io.kauditd.cli.live.RuntimeDirectory;
import io.kauditd.cli.live.StatusClient;
import io.kauditd.cli.status.StatusCommand;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.transport.netlink.KernelAudit;
import io.kauditd.transport.netlink.NetlinkException;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit top}: queues, rates and losses, live. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows the state of a running 'audit run' live on the terminal: its queues and"
          + " their high-water marks, rates, losses by reason, the daemon and the last errors."
          + " Finds runs of the same user and services of the package. For any other run, give its"
          + " --runtime-dir. 'q' quits.",
      ""
    },
    footer = {
      "",
      "A bar is full for the records in the queue now, and shaded up to the highest"
          + " number so far.",
      "",
      "Exit codes: 0 ended by 'q', or the instance has ended; 1 none runs; 2 the command line is"
          + " wrong; 3 no answer; 129, 130, 143 stopped by a signal.",
      "",
      "Examples:",
      "  audit top",
      "  audit top --kernel --interval 250ms",
      "  audit top --once --pid 4711"
    })
public final class TopCommand implements Callable<Integer> {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Screen screen;

  @Mixin private RuntimeDirectory runtime = new RuntimeDirectory();

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "The process to show, if there are several.")
  private @Nullable Long pid;

  @Option(
      names = "--kernel",
      description = "Show the live kernel's audit. Needs root or CAP_AUDIT_CONTROL.")
  private boolean kernel;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "The time between two updates, 100ms to 1h. Default: ${DEFAULT-VALUE}.")
  private String interval = "1s";

  @Option(
      names = "--once",
      description =
          "Ask twice, print one screen and end. This is the default if standard output is not"
              + " a terminal.")
  private boolean once;

  public TopCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws InterruptedException {
    Duration pause = interval();
    try (TopSource source = kernel ? kernel() : instance()) {
      var history = new TopHistory();
      TopHistory.View first =
          history.add(ask(source), System.nanoTime(), LocalTime.now(ZoneId.systemDefault()));
      if (once || !screen.interactive()) {
        return page(source, history, pause);
      }
      String help = "q quits; every " + interval;
      Optional<TopTerminal> terminal = TopTerminal.open(help);
      if (terminal.isEmpty()) {
        return page(source, history, pause);
      }
      String end;
      try (TopTerminal drawn = terminal.get()) {
        drawn.show(first);
        end = new TopLoop(source, history, drawn, pause).run();
      }
      if (end != null) {
        screen.err().println("audit top: " + end);
      }
      return ExitCode.OK;
    }
  }

  private int page(TopSource source, TopHistory history, Duration pause)
      throws InterruptedException {
    Thread.sleep(pause); // without a second look there are no rates
    TopHistory.View view =
        history.add(ask(source), System.nanoTime(), LocalTime.now(ZoneId.systemDefault()));
    boolean blocks = TopTerminal.canShowBlocks(screen.out().charset());
    TopScreen.page(view, blocks).forEach(screen.out()::println);
    return ExitCode.OK;
  }

  private Duration interval() {
    PluginOption<Duration> option = PluginOption.duration("interval", SHORTEST, LONGEST, "");
    try {
      return option.parse(interval);
    } catch (PluginConfigException e) {
      throw new UserValue(interval, "--interval").notValid(option.kind());
    }
  }

  private TopSample ask(TopSource source) {
    try {
      return source.sample().orElseThrow(() -> StatusCommand.noneRuns(pid, runtime.places()));
    } catch (IOException e) {
      throw new UserError(ExitCode.INPUT_OUTPUT, String.valueOf(e.getMessage()), e);
    }
  }

  private TopSource kernel() {
    if (pid != null) {
      throw UserError.usage("--pid: the kernel is no process; give either --kernel or --pid");
    }
    try {
      return new TopKernel(KernelAudit.open());
    } catch (NetlinkException e) {
      throw new UserError(ExitCode.INPUT_OUTPUT, e.getMessage(), e);
    }
  }

  private TopSource instance() {
    List<ControlDirectory> places = runtime.places();
    var client = new StatusClient(places);
    if (pid != null) {
      return new TopInstance(client, pid);
    }
    List<Long> running;
    try {
      StatusClient.Replies replies = client.askAll();
      replies
          .silent()
          .values()
          .forEach(why -> screen.err().println(Harmless.line("audit top: " + why)));
      running = replies.answers().stream().map(StatusClient.Answer::pid).toList();
      if (running.isEmpty() && !replies.silent().isEmpty()) {
        throw new UserError(ExitCode.INPUT_OUTPUT, "no instance answers");
      }
    } catch (IOException e) {
      throw new UserError(ExitCode.INPUT_OUTPUT, "--runtime-dir: " + e.getMessage(), e);
    }
    if (running.isEmpty()) {
      throw StatusCommand.noneRuns(null, places);
    }
    if (running.size() > 1) {
      throw UserError.usage("several instances run " + running + "; pick one with --pid");
    }
    return new TopInstance(client, running.getFirst());
  }
}
