// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.cli.command.Problems;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.config.Delivery;
import io.kauditd.cli.config.LiveOptions;
import io.kauditd.cli.config.PluginSlot;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.cli.live.Servers;
import io.kauditd.cli.run.Engines.Engine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.KauditdBuilder;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires a run: from the options to the plug-ins, from the plug-ins to the engine, which starts. */
final class RunWiring {
  private static final Logger LOG = LoggerFactory.getLogger(RunWiring.class);

  private final RunOptions options;
  private final LiveOptions live;
  private final RunEnd end;
  private final Screen screen;
  private final RecordSource source;
  private final Engines engines;
  private final Servers servers = new Servers();

  RunWiring(LiveOptions live, RunEnd end, Screen screen) {
    this.options = live.now();
    this.live = live;
    this.end = end;
    this.screen = screen;
    var selected = new SelectedPlugins(options.directories().loadPlugins(), options);
    this.source = selected.newSource();
    this.engines = engines(selected);
  }

  Engines engines() {
    return engines;
  }

  /** The servers of the run; who opens one adds it. */
  Servers servers() {
    return servers;
  }

  Run run() {
    var problems = new Problems(options.source().toString());
    var report = new RunReport(options, engines, problems, end, servers, Clock.systemUTC());
    return new Run(
        live, options.directories(), screen, source, engines, problems, end, report, servers);
  }

  private Engines engines(SelectedPlugins selected) {
    var transports = new LinkedHashMap<Delivery, Transport>();
    SameFiles.refuseSummary(options.summary(), "source '" + options.source() + "'", source.files());
    for (Delivery delivery : options.deliveries()) {
      selected.refuseLoop(delivery);
      Transport transport = watched(delivery, selected.newTransport(delivery));
      SameFiles.refuse(
          options.source().toString(),
          source.files(),
          delivery.choice(PluginSlot.TRANSPORT).toString(),
          transport.files());
      SameFiles.refuseSummary(
          options.summary(),
          "transport '" + delivery.choice(PluginSlot.TRANSPORT) + "'",
          transport.files());
      transports.put(delivery, transport);
    }
    var builders = new LinkedHashMap<Delivery, KauditdBuilder>();
    transports.forEach(
        (delivery, transport) -> builders.put(delivery, builder(selected, delivery, transport)));
    return started(builders, transports);
  }

  private KauditdBuilder builder(SelectedPlugins selected, Delivery delivery, Transport transport) {
    return Kauditd.builder()
        .transport(delivery.choice(PluginSlot.TRANSPORT).id(), transport)
        .policy(delivery.choice(PluginSlot.POLICY).id(), selected.newPolicy(delivery))
        .mainQueue(selected.newQueue(delivery, PluginSlot.MAIN_QUEUE, QueueRole.MAIN))
        .retryQueue(selected.newQueue(delivery, PluginSlot.RETRY_QUEUE, QueueRole.RETRY))
        .holdQueue(selected.newQueue(delivery, PluginSlot.HOLD_QUEUE, QueueRole.HOLD))
        .settings(delivery.settings())
        .panicHandler(end::panic)
        .printRecords(true)
        .announceOutages(false) // the watched transport does
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

  private static Transport watched(Delivery delivery, Transport transport) {
    return new WatchedTransport(
        transport,
        delivery.choice(PluginSlot.TRANSPORT).toString(),
        System::nanoTime,
        sentence -> LOG.warn("{}", sentence));
  }
}
