// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import io.kauditd.cli.command.ResultFile;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.ToolLogger;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.cli.config.ConfigFile;
import io.kauditd.cli.config.LiveOptions;
import io.kauditd.cli.config.PluginSlot;
import io.kauditd.cli.config.RunKey;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.cli.config.RunValues;
import io.kauditd.cli.live.MetricsAddress;
import io.kauditd.cli.live.MetricsServer;
import io.kauditd.cli.live.Servers;
import io.kauditd.cli.live.ServiceManager;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** {@code audit run}: from a source through the queues to a transport. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    customSynopsis = "audit run --source ID[:ARGUMENT] --transport ID[:ARGUMENT] [OPTION]...%n",
    description = {
      "Moves records from a source through kauditd's queues to a transport, until the"
          + " source ends, and prints where every record went.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 every record was delivered; 1 some were not, or the source had problems; 2 the"
          + " command line or configuration is wrong; 3 the source could not be read or the summary"
          + " not written; 4 a record was lost with failure mode panic; 69 there is no JDK 25; 70 a"
          + " fault of the program or of a source plug-in; 129, 130, 143 stopped by a terminal that"
          + " has gone, SIGINT, SIGTERM, after draining.",
      "",
      "Examples:",
      "  audit run --source file:in.log --transport file:out.log --policy ordered",
      "  journalctl -f -o cat | audit run --source stdin --transport file:out.log",
      "  audit run --source generate:100000 --transport null --summary run.json",
      "  audit run --source stdin --transport file:out.log --transport relp:hub:2514",
      "  audit run --config audit.conf --backlog-limit 1024",
      "  audit run --config audit.conf --check"
    })
public final class RunCommand implements Callable<Integer> {
  private final Screen screen;
  private @Nullable CommandSpec spec;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of a plug-in; 'audit plugins --options' lists them. If several plug-ins"
              + " know the key, write source.KEY, transport.KEY, policy.KEY, queue.KEY,"
              + " main-queue.KEY or retry-queue.KEY; for one of several transports NAME.KEY or"
              + " NAME.queue.KEY. Can be repeated.")
  private List<String> set = List.of();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A file with the options above under the same names: HOCON, JSON or .properties."
              + " The command line overrides it.")
  private @Nullable Path config;

  @Option(
      names = "--check",
      description =
          "Start nothing: read the configuration, load the plug-ins, check what can be"
              + " checked without changing anything, and print what would run. Exit code 0 if the"
              + " run could start, else 2.")
  private boolean check;

  RunCommand(Screen screen) {
    this.screen = screen;
  }

  /** The command with the options that {@link RunKey} lists. */
  public static CommandLine commandLine(Screen screen) {
    var command = new RunCommand(screen);
    var line = new CommandLine(command);
    CommandSpec spec = line.getCommandSpec();
    int position = 0;
    for (RunKey.Group group : RunKey.Group.values()) {
      position++;
      ArgGroupSpec.Builder section =
          ArgGroupSpec.builder().validate(false).heading(group.heading()).order(position);
      for (RunKey key : RunKey.values()) {
        if (key.group() == group) {
          section.addArg(option(key, position++));
        }
      }
      spec.addArgGroup(section.build());
    }
    command.spec = spec;
    line.getHelpSectionMap()
        .put(
            CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST,
            help ->
                help.optionListGroupSections().stripLeading()
                    + "%nMore:%n".formatted()
                    + help.optionListExcludingGroups(
                        spec.options().stream().filter(each -> each.group() == null).toList()));
    return line;
  }

  private static OptionSpec option(RunKey key, int position) {
    OptionSpec.Builder option =
        (key == RunKey.QUIET
                ? OptionSpec.builder("-q", key.option())
                : OptionSpec.builder(key.option()))
            .order(position)
            .description(key.description());
    switch (key.kind()) {
      // In a group picocli takes one that is given twice, and forgets the first: see once().
      case ONE, LIST ->
          option.type(List.class).auxiliaryTypes(String.class).paramLabel(key.label());
      case FLAG -> option.type(boolean.class).arity("0");
    }
    if (!key.candidates().isEmpty()) {
      option.completionCandidates(key.candidates());
    }
    return option.build();
  }

  @Override
  public Integer call() {
    if (check) {
      return RunCheck.of(options(), screen);
    }
    var end = new RunEnd();
    try (var signals = RunSignals.take(end, screen.progress())) {
      return run(end, signals);
    }
  }

  private int run(RunEnd end, RunSignals signals) {
    RunOptions options = options();
    checkStreams(options);
    checkSummary(options);
    var live = new LiveOptions(options, this::optionsAgain);
    // Guice generates no classes at run time: it starts faster, and needs no Unsafe.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
    var module = new RunModule(live, end, screen);
    MetricsAddress address = options.metrics();
    try (ServiceManager manager = ServiceManager.of(System.getenv());
        MetricsServer metrics = address == null ? null : MetricsServer.bind(address)) {
      Injector injector = Guice.createInjector(Stage.DEVELOPMENT, module);
      Run run = injector.getInstance(Run.class);
      if (metrics != null) {
        metrics.serve(
            injector.getInstance(Engines.class).logs(), injector.getInstance(Servers.class));
        screen.err().println("audit run: metrics at " + metrics.url());
      }
      return run.run(signals, manager);
    } catch (ProvisionException e) {
      throw e.getCause() instanceof UserError error ? error : e;
    }
  }

  private RunOptions optionsAgain() {
    RunOptions options = options();
    checkSummary(options);
    Refusals.checkSettings(options);
    return options;
  }

  static void checkStreams(RunOptions options) {
    options.source().checkStandardStream();
    options
        .deliveries()
        .forEach(delivery -> delivery.choice(PluginSlot.TRANSPORT).checkStandardStream());
  }

  static void checkSummary(RunOptions options) {
    Path summary = options.summary();
    if (summary != null) {
      new ResultFile(RunKey.SUMMARY.option(), summary).check();
    }
  }

  /** What is wanted, from the command line that was parsed last. */
  RunOptions options() {
    RunValues line = new RunValues(fromCommandLine(), setOptions());
    RunValues values = config == null ? line : line.orElse(ConfigFile.read(config, line));
    if (RunOptions.isSet(values, RunKey.DEBUG)) {
      ToolLogger.setDebug(true);
    }
    RunOptions options = RunOptions.of(values);
    if (config != null) {
      SamePlaces.refuseSummary(options.summary(), "the configuration", List.of(config));
    }
    return options;
  }

  private Map<RunKey, List<UserValue>> fromCommandLine() {
    var given = new EnumMap<RunKey, List<UserValue>>(RunKey.class);
    for (RunKey key : RunKey.values()) {
      OptionSpec option = spec == null ? null : spec.findOption(key.option());
      Object value = option == null ? null : option.getValue();
      if (value instanceof List<?> list) {
        if (key.kind() == RunKey.Kind.ONE) {
          once(key, list);
        }
        given.put(
            key,
            list.stream().map(each -> new UserValue(String.valueOf(each), key.option())).toList());
      } else if (value != null && !Boolean.FALSE.equals(value)) {
        given.put(key, List.of(new UserValue(value.toString(), key.option())));
      }
    }
    return given;
  }

  private static void once(RunKey key, List<?> values) {
    if (values.size() > 1) {
      throw UserError.usage(
          "%s is given twice, as '%s' and '%s'; give it once"
              .formatted(key.option(), values.get(0), values.get(1)));
    }
  }

  private Map<String, UserValue> setOptions() {
    var settings = new LinkedHashMap<String, UserValue>();
    for (String each : set) {
      int equals = each.indexOf('=');
      if (equals <= 0) {
        throw new UserValue(each, "--set").notValid("KEY=VALUE");
      }
      String key = each.substring(0, equals).strip();
      if (settings.put(key, new UserValue(each.substring(equals + 1), "--set " + key)) != null) {
        throw UserError.usage("--set: '" + key + "' is given twice; give it once");
      }
    }
    return settings;
  }
}
