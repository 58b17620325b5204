// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.cli.command.UserError;
import io.kauditd.cli.config.Delivery;
import io.kauditd.cli.config.PluginSlot;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.cli.plugin.PluginChoice;
import io.kauditd.core.Plugins;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run refuses before it begins: parts that do not go together, and queues that cannot be
 * opened. A run stops at the first refusal, and has made nothing by then; {@code --check} names
 * them all.
 */
final class Refusals {
  private static final Map<PluginSlot, QueueRole> QUEUES =
      new EnumMap<>(
          Map.of(
              PluginSlot.HOLD_QUEUE,
              QueueRole.HOLD,
              PluginSlot.MAIN_QUEUE,
              QueueRole.MAIN,
              PluginSlot.RETRY_QUEUE,
              QueueRole.RETRY));

  private final RunOptions options;
  private final List<Runnable> all = new ArrayList<>();

  private Refusals(RunOptions options) {
    this.options = options;
  }

  /**
   * The refusals to try one after the other. Each throws a {@link UserError} if it applies.
   *
   * @param source null if it could not be made
   * @param transports those that could be made, in the order of the deliveries
   */
  static List<Runnable> of(
      RunOptions options,
      SelectedPlugins selection,
      @Nullable RecordSource source,
      SequencedMap<Delivery, Transport> transports) {
    var refusals = new Refusals(options);
    refusals.parts(source, transports);
    refusals.twoQueues();
    refusals.queues(selection);
    return refusals.all;
  }

  /**
   * Throws what a new start would throw about the plug-ins picked and their settings. Makes none of
   * them: a run of this process has the same log, and the same standard input.
   */
  static void checkSettings(RunOptions options) {
    try (Plugins plugins = options.directories().loadPlugins()) {
      new SelectedPlugins(plugins, options).all().forEach(SelectedPlugin::checkSettings);
    }
    var refusals = new Refusals(options);
    refusals.twoQueues();
    refusals.all.forEach(Runnable::run);
  }

  private void parts(@Nullable RecordSource source, SequencedMap<Delivery, Transport> transports) {
    if (source != null) {
      summaryAndSource(source);
      transports.forEach(
          (delivery, transport) -> sourceAndTransport(source, name(delivery), transport));
    }
    transports.forEach((delivery, transport) -> summaryAndTransport(name(delivery), transport));
    twoTransports(transports);
  }

  private static String name(Delivery delivery) {
    return delivery.choice(PluginSlot.TRANSPORT).toString();
  }

  private void summaryAndSource(RecordSource source) {
    all.add(() ->
        SamePlaces.refuseSummary(
            options.summary(), "source '" + options.source() + "'", source.files()));
  }

  private void summaryAndTransport(String name, Transport transport) {
    all.add(() ->
        SamePlaces.refuseSummary(options.summary(), "transport '" + name + "'", transport.files()));
  }

  private void sourceAndTransport(RecordSource source, String name, Transport transport) {
    all.add(() ->
        SamePlaces.refuse(Part.of(options.source().toString(), source), Part.of(name, transport)));
  }

  private void twoTransports(SequencedMap<Delivery, Transport> transports) {
    var before = new ArrayList<Map.Entry<Delivery, Transport>>();
    for (var each : transports.entrySet()) {
      for (var other : before) {
        all.add(() ->
            SamePlaces.refuseTwoWriters(
                Part.of(name(other.getKey()), other.getValue()),
                Part.of(name(each.getKey()), each.getValue())));
      }
      before.add(each);
    }
  }

  /** A queue with a place, such as a spool, has one owner. */
  private void twoQueues() {
    var before = new ArrayList<PluginChoice>();
    for (Delivery delivery : options.deliveries()) {
      for (PluginSlot slot : QUEUES.keySet()) {
        PluginChoice choice = delivery.choice(slot);
        for (PluginChoice other : before) {
          all.add(() -> SamePlaces.refuseTwoQueues(other, choice));
        }
        before.add(choice);
      }
    }
  }

  private void queues(SelectedPlugins selection) {
    for (Delivery delivery : options.deliveries()) {
      QUEUES.forEach((slot, role) -> all.add(() -> selection.refuseQueue(delivery, slot, role)));
    }
  }
}
