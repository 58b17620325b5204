// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.api.AuditSettings;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.config.Delivery;
import io.kauditd.cli.config.PluginSlot;
import io.kauditd.cli.config.RunKey;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.cli.live.ControlDirectory;
import io.kauditd.cli.live.MetricsAddress;
import io.kauditd.cli.live.MetricsServer;
import io.kauditd.cli.plugin.Directories;
import io.kauditd.core.Plugins;
import io.kauditd.spi.Counts;
import io.kauditd.spi.Durations;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code audit run --check}: what would run, and what would prevent it, as far as can be seen
 * without opening, creating or changing anything.
 */
final class RunCheck {
  private static final List<RunKey> GIVEN =
      List.of(
          RunKey.INCLUDE,
          RunKey.EXCLUDE,
          RunKey.SUMMARY,
          RunKey.METRICS,
          RunKey.PLUGINS,
          RunKey.RUNTIME_DIR,
          RunKey.STATUS_GROUP);
  private static final Pattern SECRET =
      Pattern.compile("password|secret|token|jaas|credential", Pattern.CASE_INSENSITIVE);

  private final RunOptions options;
  private final Screen screen;
  private final List<String> obstacles = new ArrayList<>();

  private RunCheck(RunOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  /** Prints what would run, and what is in its way; returns the exit code. */
  static int of(RunOptions options, Screen screen) {
    var check = new RunCheck(options, screen);
    try (Plugins plugins = options.directories().loadPlugins()) {
      check.parts(new SelectedPlugins(plugins, options));
    }
    check.settings();
    check.surroundings();
    return check.verdict();
  }

  private void parts(SelectedPlugins selection) {
    for (SelectedPlugin selected : selection.all()) {
      show(selected.prefix(), selected.choice() + " (" + selected.entry().origin() + ")");
      selected
          .settings()
          .forEach((key, value) ->
              show("", key + " = " + (SECRET.matcher(key).find() ? "(not shown)" : value)));
    }
    RecordSource source = attempt(selection::newSource);
    if (source != null) {
      obstacles("source '" + options.source() + "'", source::check);
      source.close();
    }
    var transports = new LinkedHashMap<Delivery, Transport>();
    for (Delivery delivery : options.deliveries()) {
      Transport transport = delivery(selection, delivery);
      if (transport != null) {
        transports.put(delivery, transport);
      }
    }
    Refusals.of(options, selection, source, transports).forEach(this::refused);
  }

  /** Tries the parts of a delivery; the transport, closed again, if it could be made. */
  private @Nullable Transport delivery(SelectedPlugins selection, Delivery delivery) {
    Transport transport = attempt(() -> selection.newTransport(delivery));
    attempt(() -> selection.newPolicy(delivery));
    if (transport != null) {
      String name = "transport '" + delivery.choice(PluginSlot.TRANSPORT) + "'";
      obstacles(name, transport::check);
      transport.close();
    }
    return transport;
  }

  private void settings() {
    for (Delivery delivery : options.deliveries()) {
      AuditSettings settings = delivery.settings();
      show(
          options.deliveries().size() == 1 ? "settings" : delivery.name(),
          "backlog-limit %d, backlog-wait-time %s, rate-limit %d, failure-mode %s, audit-default"
                  .formatted(
                      settings.backlogLimit(),
                      Durations.asSetting(Duration.ofMillis(settings.backlogWaitTimeMs())),
                      settings.rateLimit(),
                      settings.failureMode().name().toLowerCase(Locale.ROOT))
              + (settings.auditDefault() ? " on" : " off"));
    }
    for (RunKey key : GIVEN) {
      String given = options.values().shown(key);
      if (!given.isEmpty()) {
        show(key.key(), given);
      }
    }
    show("close-deadline", Durations.asSetting(options.closeDeadline()));
  }

  /** What the run needs beside its parts. */
  private void surroundings() {
    refused(() -> {
      RunCommand.checkStreams(options);
      RunCommand.checkSummary(options);
    });
    Directories directories = options.directories();
    var control =
        new ControlDirectory(
            directories.runtime(), directories.runtimeNamed(), options.statusGroup());
    obstacles.addAll(control.obstacles());
    MetricsAddress address = options.metrics();
    if (address != null) {
      attempt(() -> {
        try (MetricsServer taken = MetricsServer.bind(address)) {
          return taken.url();
        }
      });
    }
  }

  /** Tries what throws if it refuses the run. */
  private void refused(Runnable refusal) {
    attempt(() -> {
      refusal.run();
      return true;
    });
  }

  /** What a part of the run says is in its way. */
  private void obstacles(String part, Supplier<List<String>> check) {
    List<String> sentences = attempt(check);
    if (sentences != null) {
      sentences.forEach(sentence -> obstacles.add(part + ": " + sentence));
    }
  }

  /** Calls something; what keeps it from working is in the way. */
  private <T> @Nullable T attempt(Supplier<T> call) {
    try {
      return call.get();
    } catch (UserError e) {
      obstacles.add(e.getMessage());
    } catch (RuntimeException e) { // plug-in code
      obstacles.add("a plug-in failed, which is a fault of the plug-in: " + e);
    }
    return null;
  }

  private int verdict() {
    for (String obstacle : obstacles) {
      screen.err().println(Harmless.line("audit run: " + obstacle));
    }
    screen
        .out()
        .println(
            obstacles.isEmpty()
                ? "no problem was found; nothing was started"
                : "the run would not start: " + count(obstacles.size()));
    return obstacles.isEmpty() ? ExitCode.OK : ExitCode.USAGE;
  }

  private static String count(int things) {
    return things == 1 ? "one problem" : Counts.of(things, "problem");
  }

  private void show(String name, String value) {
    screen.out().println(Harmless.line("%-15s %s".formatted(name, value)));
  }
}
