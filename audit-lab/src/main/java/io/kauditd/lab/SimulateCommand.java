// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.cli.config.PolicyChoices;
import io.kauditd.cli.plugin.PluginDirectories;
import io.kauditd.core.Plugins;
import io.kauditd.simulation.BadScenarioException;
import io.kauditd.simulation.Scenario;
import io.kauditd.simulation.ScenarioFile;
import io.kauditd.simulation.SimulationReport;
import io.kauditd.simulation.Simulator;
import io.kauditd.spi.ErrorPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit simulate}: outages in virtual time, on the production engine. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Simulates a scenario in virtual time: producers, the engine of 'audit run', and a"
          + " daemon that is slow, stopped, killed or gone. Prints what happened to the"
          + " records, one column per policy. The same scenario and seed give the same result,"
          + " byte for byte.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 simulated; 2 the scenario or the command line is wrong; 3 a file could not be"
          + " read or written.",
      "",
      "Examples:",
      "  audit simulate --list",
      "  audit simulate daemon-stopped --policy v5.16,ordered --plot outage.svg",
      "  audit simulate --show slow-daemon > mine.conf && audit simulate mine.conf",
      "  audit simulate disk-full --backlog-limit 64 --set duration=16m"
    })
final class SimulateCommand implements Callable<Integer> {
  /** For the shell's completion. */
  static final class Bundled extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Bundled() {
      super(ScenarioFile.BUNDLED);
    }
  }

  private final Screen screen;

  @Parameters(
      paramLabel = "SCENARIO",
      arity = "0..*",
      completionCandidates = Bundled.class,
      description = "Scenario files, or names of bundled scenarios.")
  private List<String> scenarios = List.of();

  @Option(names = "--list", description = "List the bundled scenarios.")
  private boolean list;

  @Option(
      names = "--show",
      paramLabel = "NAME",
      completionCandidates = Bundled.class,
      description = "Print a bundled scenario, as a start for your own.")
  private @Nullable String show;

  @Option(
      names = "--policy",
      paramLabel = "ID",
      split = ",",
      completionCandidates = PolicyChoices.Candidates.class,
      description =
          "The error policies to compare, separated by commas; can be repeated. Default:"
              + " those of the scenario, or else v5.16, rfc, mainline, ordered.")
  private List<String> policies = List.of();

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "The seed of the random numbers. Default: the scenario's, or else 1.")
  private @Nullable Long seed;

  @Mixin private ScenarioOverrides overrides = new ScenarioOverrides();

  @Option(
      names = "--json",
      description =
          "Print one JSON document per line, one for each scenario, with the time series.")
  private boolean json;

  @Mixin private PlotOption plot = new PlotOption();

  @Mixin private PluginDirectories directories = new PluginDirectories();

  SimulateCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (list) {
      for (String name : ScenarioFile.BUNDLED) {
        screen.out().printf("%-18s %s%n", name, ScenarioFile.loadBundled(name).title());
      }
      return ExitCode.OK;
    }
    if (show != null) {
      screen.out().print(bundled(show));
      return ExitCode.OK;
    }
    if (scenarios.isEmpty()) {
      throw UserError.usage(
          "SCENARIO is missing; name a file, or one of " + String.join(", ", ScenarioFile.BUNDLED));
    }
    PlotFile plotFile = plot.file();
    if (plotFile != null && scenarios.size() > 1) {
      throw UserError.usage(
          PlotFile.OPTION
              + ": takes one scenario, and there are "
              + scenarios.size()
              + "; plot each by itself");
    }
    List<Scenario> loaded = scenarios.stream().map(this::load).toList();
    try (Plugins plugins = directories.directories().loadPlugins()) {
      String gap = "";
      for (Scenario scenario : loaded) {
        SimulationReport report = Simulator.run(scenario, policies(scenario, plugins));
        screen.out().print(json ? report.json() : gap + report.table());
        screen.out().flush();
        gap = System.lineSeparator();
        if (plotFile != null) {
          plotFile.write(SimulationPlot.of(report));
        }
      }
    }
    return ExitCode.OK;
  }

  private static String bundled(String name) {
    if (!ScenarioFile.BUNDLED.contains(name)) {
      throw new UserValue(name, "--show")
          .notValid("the name of a scenario: " + String.join(", ", ScenarioFile.BUNDLED));
    }
    return ScenarioFile.bundled(name);
  }

  private Scenario load(String nameOrFile) {
    Scenario scenario;
    try {
      scenario = ScenarioFile.load(nameOrFile, overrides.values());
    } catch (BadScenarioException e) {
      int code = e.getCause() instanceof IOException ? ExitCode.INPUT_OUTPUT : ExitCode.USAGE;
      throw new UserError(code, String.valueOf(e.getMessage()), e);
    }
    if (!policies.isEmpty()) {
      scenario = scenario.withPolicies(policies);
    }
    return seed == null ? scenario : scenario.withSeed(seed);
  }

  private Map<String, Supplier<ErrorPolicy>> policies(Scenario scenario, Plugins plugins) {
    String where = policies.isEmpty() ? scenario.title() + ": policies" : "--policy";
    var suppliers = new LinkedHashMap<String, Supplier<ErrorPolicy>>();
    PolicyChoices.make(plugins, scenario.policies(), where)
        .forEach((id, policy) -> suppliers.put(id, () -> policy));
    return suppliers;
  }
}
