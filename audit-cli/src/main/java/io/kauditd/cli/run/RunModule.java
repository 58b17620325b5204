// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.kauditd.cli.command.Problems;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.config.LiveOptions;
import io.kauditd.cli.config.Part;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.cli.live.Servers;
import io.kauditd.cli.plugin.Places;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Plugins;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import jakarta.inject.Singleton;
import java.time.Clock;
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
    bind(Places.class).toInstance(options.places());
    bind(Screen.class).toInstance(screen);
    bind(Clock.class).toInstance(Clock.systemUTC());
    bind(Selection.class);
    bind(LiveOptions.class).toInstance(live);
    bind(RunEnd.class).toInstance(end);
    bind(Servers.class).toInstance(new Servers());
    bind(Problems.class).toInstance(new Problems(options.choice(Part.SOURCE).toString()));
    bind(RunReport.class);
    bind(Run.class);
  }

  @Provides
  @Singleton
  Plugins plugins() {
    return options.places().loadPlugins();
  }

  @Provides
  @Singleton
  RecordSource source(Selection selection) {
    return selection.newSource();
  }

  @Provides
  @Singleton
  Transport transport(Selection selection) {
    return watched(selection.newTransport());
  }

  /** The engine, which starts with its first user. */
  @Provides
  @Singleton
  Kauditd kauditd(Selection selection, RecordSource source, Transport transport) {
    SameFiles.refuse(
        options.choice(Part.SOURCE).toString(),
        source.files(),
        options.choice(Part.TRANSPORT).toString(),
        transport.files());
    return Kauditd.builder()
        .transport(options.choice(Part.TRANSPORT).id(), transport)
        .policy(options.choice(Part.POLICY).id(), selection.newPolicy())
        .mainQueue(selection.newQueue(Part.MAIN_QUEUE, QueueRole.MAIN))
        .retryQueue(selection.newQueue(Part.RETRY_QUEUE, QueueRole.RETRY))
        .holdQueue(selection.newQueue(Part.HOLD_QUEUE, QueueRole.HOLD))
        .settings(options.settings())
        .filter(record -> live.now().types().takes(record))
        .panicHandler(end::panic)
        .printRecords(true)
        .announceOutages(false) // the watched transport does
        .closeAtShutdown(false) // the command closes it
        .start();
  }

  private Transport watched(Transport transport) {
    return new WatchedTransport(
        transport,
        options.choice(Part.TRANSPORT).toString(),
        System::nanoTime,
        sentence -> LOG.warn("{}", sentence));
  }
}
