// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.kauditd.cli.command.Problems;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.config.Delivery;
import io.kauditd.cli.config.LiveOptions;
import io.kauditd.cli.config.PluginSlot;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.cli.live.Servers;
import io.kauditd.cli.plugin.Directories;
import io.kauditd.cli.run.Engines.Engine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.KauditdBuilder;
import io.kauditd.core.Plugins;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires a run: from the options to the plug-ins, from the plug-ins to the engine. */
final class RunModule extends AbstractModule {
  private static final Logger LOG = LoggerFactory.getLogger(RunModule.class);

  private final RunOptions options;
  private final LiveOptions live;
  private final RunEnd end;
  private final Screen screen;

  RunModule(LiveOptions live, RunEnd end, Screen screen) {
    this.options = live.now();
    this.live = live;
    this.end = end;
    this.screen = screen;
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    bind(RunOptions.class).toInstance(options);
    bind(Directories.class).toInstance(options.directories());
    bind(Screen.class).toInstance(screen);
    bind(Clock.class).toInstance(Clock.systemUTC());
    bind(SelectedPlugins.class);
    bind(LiveOptions.class).toInstance(live);
    bind(RunEnd.class).toInstance(end);
    bind(Servers.class).toInstance(new Servers());
    bind(Problems.class).toInstance(new Problems(options.source().toString()));
    bind(RunReport.class);
    bind(Run.class);
  }

  @Provides
  @Singleton
  Plugins plugins() {
    return options.directories().loadPlugins();
  }

  @Provides
  @Singleton
  RecordSource source(SelectedPlugins selected) {
    return selected.newSource();
  }

  /** The engines, which start with their first user. */
  @Provides
  @Singleton
  Engines engines(SelectedPlugins selected, RecordSource source) {
    var transports = new LinkedHashMap<Delivery, Transport>();
    var policies = new LinkedHashMap<Delivery, ErrorPolicy>();
    for (Delivery delivery : options.deliveries()) {
      transports.put(delivery, selected.newTransport(delivery));
      policies.put(delivery, selected.newPolicy(delivery));
    }
    Refusals.of(options, selected, source, transports).forEach(Runnable::run);
    var builders = new LinkedHashMap<Delivery, KauditdBuilder>();
    transports.forEach((delivery, transport) ->
        builders.put(
            delivery,
            builder(selected, delivery, transport)
                .policy(
                    delivery.choice(PluginSlot.POLICY).id(),
                    Objects.requireNonNull(policies.get(delivery)))));
    return started(builders, transports);
  }

  private KauditdBuilder builder(SelectedPlugins selected, Delivery delivery, Transport transport) {
    KauditdBuilder builder = Kauditd.builder();
    if (options.deliveries().size() > 1) {
      builder.nameInLog(delivery.name());
    }
    return builder
        .transport(delivery.choice(PluginSlot.TRANSPORT).id(), transport)
        .mainQueue(selected.newQueue(delivery, PluginSlot.MAIN_QUEUE, QueueRole.MAIN))
        .retryQueue(selected.newQueue(delivery, PluginSlot.RETRY_QUEUE, QueueRole.RETRY))
        .holdQueue(selected.newQueue(delivery, PluginSlot.HOLD_QUEUE, QueueRole.HOLD))
        .settings(delivery.settings())
        .panicHandler(end::panic)
        .printRecords(true)
        .announceOutages(
            delivery.choice(PluginSlot.TRANSPORT).toString(), sentence -> LOG.warn("{}", sentence))
        .closeAtShutdown(false); // the command closes it
  }

  /** Nothing starts before all could be made. */
  private Engines started(
      SequencedMap<Delivery, KauditdBuilder> builders, Map<Delivery, Transport> transports) {
    Engine rejected = null;
    if (builders.lastEntry().getKey().isForRejected()) {
      var last = builders.pollLastEntry();
      rejected = engine(last.getKey(), transports, last.getValue().start());
    }
    var engines = new ArrayList<Engine>();
    for (var each : builders.entrySet()) {
      KauditdBuilder builder = each.getValue().filter(record -> live.now().types().takes(record));
      if (rejected != null) {
        builder.rejectedTo(rejected.log());
      }
      engines.add(engine(each.getKey(), transports, builder.start()));
    }
    return new Engines(engines, rejected);
  }

  private static Engine engine(
      Delivery delivery, Map<Delivery, Transport> transports, Kauditd log) {
    return new Engine(delivery, Objects.requireNonNull(transports.get(delivery)), log);
  }
}
