// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.cli.command.UserError;
import io.kauditd.cli.config.Delivery;
import io.kauditd.cli.config.PluginSlot;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The combinations of parts that a run refuses, each part being in order by itself. A run stops at
 * the first of them; {@code --check} names them all.
 */
final class Refusals {
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
      @Nullable RecordSource source,
      SequencedMap<Delivery, Transport> transports) {
    var refusals = new Refusals(options);
    if (source != null) {
      refusals.summaryAndSource(source);
      transports.forEach(
          (delivery, transport) -> refusals.sourceAndTransport(source, name(delivery), transport));
    }
    transports.forEach(
        (delivery, transport) -> refusals.summaryAndTransport(name(delivery), transport));
    refusals.twoTransports(transports);
    return refusals.all;
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
}
