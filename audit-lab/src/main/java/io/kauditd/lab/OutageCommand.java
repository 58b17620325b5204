// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.api.AuditSettings;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Json;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.cli.config.PolicyChoices;
import io.kauditd.cli.plugin.PluginDirectories;
import io.kauditd.core.Plugins;
import io.kauditd.spi.Durations;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit outage}: a real outage, measured. */
@Command(
    name = "outage",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts a daemon as a separate process, logs to it over netlink, stops it for a"
          + " while (SIGSTOP) and lets it continue, once for each policy. Measures the effect"
          + " on the producer and on the records. Needs Linux, and no privileges.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 measured, and the promises were kept (v5.16 makes none); 1 one was"
          + " missed; 2 the command line is wrong; 3 netlink is not available, or a file could"
          + " not be written.",
      "",
      "Examples:",
      "  audit outage",
      "  audit outage --for 10 --rate 5000 --policy mainline,ordered --plot outage.svg"
    })
final class OutageCommand implements Callable<Integer> {
  private static final int MAX_RATE = 1_000_000;
  private static final Duration MAX_TIME = Duration.ofHours(24);
  private static final Duration WARM_UP = Duration.ofMillis(1500);

  private final Screen screen;

  @Option(
      names = "--policy",
      paramLabel = "ID",
      split = ",",
      completionCandidates = PolicyChoices.Candidates.class,
      description =
          "The error policies to measure, separated by commas; can be repeated. Default:"
              + " v5.16,mainline,ordered.")
  private List<String> policies = List.of("v5.16", "mainline", "ordered");

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "5s",
      description =
          "How long the daemon is stopped, as 5s or 2m; a plain number is seconds. Default: 5s.")
  private String stopped = "";

  @Option(
      names = "--rate",
      paramLabel = "RECORDS",
      defaultValue = "10000",
      description = "Records logged per second. Default: 10000.")
  private int rate;

  @Option(
      names = "--before",
      paramLabel = "TIME",
      defaultValue = "3s",
      description = "How long to measure before the stop. Default: 3s.")
  private String before = "";

  @Option(
      names = "--after",
      paramLabel = "TIME",
      defaultValue = "3s",
      description = "How long to measure after the stop. Default: 3s.")
  private String after = "";

  @Option(
      names = "--backlog-limit",
      paramLabel = "RECORDS",
      defaultValue = "8192",
      description = "Maximum number of records in each queue; 0 for no limit. Default: 8192.")
  private String backlogLimit = "";

  @Option(
      names = "--backlog-wait-time",
      paramLabel = "TIME",
      defaultValue = "0",
      description =
          "Maximum time that the producer waits for room, such as 500ms or 2s; a plain number"
              + " is milliseconds; 0: it never waits. Default: 0.")
  private String backlogWaitTime = "";

  @Option(names = "--json", description = "Print one JSON document, with the time series.")
  private boolean json;

  @Mixin private PlotOption plot = new PlotOption();

  @Mixin private PluginDirectories directories = new PluginDirectories();

  OutageCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws InterruptedException {
    OutageSettings settings = settings();
    PlotFile plotFile = plot.file();
    var results = new ArrayList<OutageResult>();
    try (Plugins plugins = directories.directories().loadPlugins()) {
      for (Map.Entry<String, ErrorPolicy> each :
          PolicyChoices.make(plugins, policies, "--policy").entrySet()) {
        results.add(new OutageRun(settings, each.getKey(), each.getValue()).run());
      }
    } catch (IOException e) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT, "the outage cannot be measured: " + e.getMessage(), e);
    }
    var report = new OutageReport(settings, results);
    screen.out().print(json ? Json.write(report.json()) + "\n" : report.table());
    screen.out().flush();
    if (plotFile != null) {
      plotFile.write(report.plot());
    }
    return report.promisesKept() ? ExitCode.OK : ExitCode.NOT_ALL;
  }

  private OutageSettings settings() {
    if (rate < 1 || rate > MAX_RATE) {
      throw new UserValue(String.valueOf(rate), "--rate")
          .notValid("a whole number between 1 and " + MAX_RATE);
    }
    PluginOption<Long> limits =
        PluginOption.number("backlog-limit", 0, AuditSettings.MAX_BACKLOG_LIMIT, "");
    long limit;
    try {
      limit = limits.parse(backlogLimit);
    } catch (PluginConfigException e) {
      throw new UserValue(backlogLimit, "--backlog-limit").notValid(limits.kind());
    }
    Duration healthy = phase(before, "--before");
    Duration longestWait = Duration.ofMillis(AuditSettings.MAX_BACKLOG_WAIT_TIME_MS);
    return new OutageSettings(
        rate,
        healthy.compareTo(WARM_UP) < 0 ? healthy : WARM_UP,
        healthy,
        phase(stopped, "--for"),
        phase(after, "--after"),
        AuditSettings.DEFAULTS
            .withBacklogLimit((int) limit)
            .withBacklogWaitTimeMs(
                time(backlogWaitTime, "--backlog-wait-time", "ms", longestWait).toMillis()));
  }

  /** The time of a phase; a plain number is seconds. */
  private static Duration phase(String text, String option) {
    Duration time = time(text, option, "s", MAX_TIME);
    if (time.isZero()) {
      throw notATime(text, option, MAX_TIME);
    }
    return time;
  }

  private static Duration time(String text, String option, String plainUnit, Duration longest) {
    boolean plain = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    try {
      Duration time = PluginOption.duration("time", "").parse(plain ? text + plainUnit : text);
      if (time.compareTo(longest) <= 0) {
        return time;
      }
    } catch (PluginConfigException e) {
      throw notATime(text, option, longest);
    }
    throw notATime(text, option, longest);
  }

  private static UserError notATime(String text, String option, Duration longest) {
    return new UserValue(text, option)
        .notValid("a duration such as 500ms or 5s, up to " + Durations.asSetting(longest));
  }
}
