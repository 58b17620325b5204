// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Similar;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.cli.config.Delivery;
import io.kauditd.cli.config.PluginSlot;
import io.kauditd.cli.config.RunKey;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.cli.plugin.PluginChoice;
import io.kauditd.core.PluginException;
import io.kauditd.core.Plugins;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The plug-ins chosen for a run, each with its settings. A key with a prefix belongs to the plug-in
 * that it names. A key without one belongs to the only plug-in that knows it.
 */
@Singleton
final class SelectedPlugins {
  private final Plugins plugins;
  private final SelectedPlugin source;
  private final Map<String, Map<PluginSlot, SelectedPlugin>> deliveries = new LinkedHashMap<>();
  private final List<SelectedPlugin> all = new ArrayList<>();

  @Inject
  SelectedPlugins(Plugins plugins, RunOptions options) {
    this.plugins = plugins;
    this.source = select(PluginSlot.SOURCE, options.source(), List.of(PluginSlot.SOURCE.prefix()));
    boolean one = options.deliveries().size() == 1;
    for (Delivery delivery : options.deliveries()) {
      var parts = new EnumMap<PluginSlot, SelectedPlugin>(PluginSlot.class);
      delivery
          .choices()
          .forEach((part, choice) ->
              parts.put(part, select(part, choice, prefixes(delivery, part, one))));
      deliveries.put(delivery.name(), parts);
    }
    options.set().forEach(this::set);
  }

  private SelectedPlugin select(PluginSlot part, PluginChoice choice, List<String> prefixes) {
    var entry = explained(choice.where(), () -> plugins.find(part.kind(), choice.id()));
    var selected = new SelectedPlugin(choice, entry, prefixes);
    all.add(selected);
    return selected;
  }

  /** {@code queue.KEY} is enough where there is one transport. */
  private static List<String> prefixes(Delivery delivery, PluginSlot part, boolean one) {
    var prefixes = new ArrayList<String>();
    if (one) {
      prefixes.add(part.prefix());
    }
    if (part == PluginSlot.TRANSPORT) {
      prefixes.add(delivery.name());
    }
    prefixes.add(delivery.name() + "." + part.prefix());
    return List.copyOf(prefixes);
  }

  RecordSource newSource() {
    return make(source, (id, settings) -> plugins.newSource(id, settings));
  }

  Transport newTransport(Delivery delivery) {
    return make(
        selected(delivery, PluginSlot.TRANSPORT),
        (id, settings) -> plugins.newTransport(id, settings));
  }

  ErrorPolicy newPolicy(Delivery delivery) {
    return make(
        selected(delivery, PluginSlot.POLICY), (id, settings) -> plugins.newPolicy(id, settings));
  }

  AuditQueue newQueue(Delivery delivery, PluginSlot part, QueueRole role) {
    return make(selected(delivery, part), (id, settings) -> plugins.newQueue(id, role, settings));
  }

  /** Throws what {@link #newQueue} would throw, as far as it shows without opening anything. */
  void refuseQueue(Delivery delivery, PluginSlot part, QueueRole role) {
    SelectedPlugin queue = selected(delivery, part);
    List<String> obstacles = make(queue, (id, settings) -> plugins.checkQueue(id, role, settings));
    if (!obstacles.isEmpty()) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT,
          queue.choice().where()
              + ": "
              + queue.entry()
              + " cannot be opened: "
              + String.join("; ", obstacles));
    }
  }

  /** The plug-ins picked, the source first. */
  List<SelectedPlugin> all() {
    return List.copyOf(all);
  }

  private SelectedPlugin selected(Delivery delivery, PluginSlot part) {
    return Objects.requireNonNull(
        Objects.requireNonNull(deliveries.get(delivery.name())).get(part));
  }

  private static <T> T make(SelectedPlugin selected, Making<T> making) {
    PluginChoice choice = selected.choice();
    return explained(choice.where(), () -> making.make(choice.id(), selected.values()));
  }

  private static <T> T explained(String where, Supplier<T> call) {
    try {
      return call.get();
    } catch (PluginException e) {
      int code = e.getCause() instanceof IOException ? ExitCode.INPUT_OUTPUT : ExitCode.USAGE;
      throw new UserError(code, where + ": " + e.getMessage(), e);
    }
  }

  private void set(String key, UserValue given) {
    Wanted wanted = wanted(key, given);
    if (wanted.selected.values().putIfAbsent(wanted.key, given.text()) != null) {
      throw UserError.usage(
          given.where()
              + ": '"
              + wanted.key
              + "' of the "
              + wanted.selected.prefix()
              + " is already set to '"
              + wanted.selected.values().get(wanted.key)
              + "'; set it once");
    }
  }

  /** A plug-in and the key of one of its settings. */
  private record Wanted(SelectedPlugin selected, String key) {}

  /**
   * A prefix with the whole name of a setting goes first: {@code kafka.topic} is the topic of the
   * transport called kafka, although that one takes Kafka's own settings as {@code kafka.…}, too.
   */
  private Wanted wanted(String key, UserValue given) {
    for (SelectedPlugin selected : all) {
      String plain = selected.withoutPrefix(key).orElse("");
      if (selected.names(plain)) {
        return new Wanted(selected, plain);
      }
    }
    List<SelectedPlugin> knowing =
        all.stream().filter(selected -> selected.entry().takes(key)).toList();
    if (knowing.size() > 1) {
      throw UserError.usage(
          given.where()
              + ": more than one part knows '"
              + key
              + "'; write "
              + Similar.orList(
                  knowing.stream().map(selected -> selected.prefix() + "." + key).toList()));
    }
    return knowing.isEmpty() ? withPrefix(key, given) : new Wanted(knowing.getFirst(), key);
  }

  private Wanted withPrefix(String key, UserValue given) {
    SelectedPlugin named = null; // by the longest of the prefixes
    String rest = key;
    for (SelectedPlugin selected : all) {
      String plain = selected.withoutPrefix(key).orElse("");
      if (selected.entry().takes(plain)) {
        return new Wanted(selected, plain);
      }
      if (!plain.isEmpty() && plain.length() < rest.length()) {
        named = selected;
        rest = plain;
      }
    }
    if (named != null) {
      throw notKnown(key, given, named.entry() + " has no settings", List.of(named));
    }
    if (RunKey.of(key).isPresent()) {
      throw UserError.usage(
          given.where()
              + ": '"
              + key
              + "' is an option of the run, not a setting of a plug-in; write "
              + RunKey.of(key).orElseThrow().option()
              + ", or put the key outside of 'set' in the configuration file");
    }
    if (!key.contains(".")) {
      throw notKnown(key, given, "the plug-ins picked have no settings", all);
    }
    throw UserError.usage(
        given.where()
            + ": '"
            + key.substring(0, key.indexOf('.'))
            + "' is not a part of the run; a setting begins with "
            + Similar.orList(all.stream().map(SelectedPlugin::prefix).toList())
            + ", or stands without a prefix");
  }

  private UserError notKnown(
      String key, UserValue given, String whereNone, List<SelectedPlugin> meant) {
    List<String> keys = meant.stream().flatMap(selected -> selected.keys().stream()).toList();
    var similar = new ArrayList<>(keys);
    if (!key.contains(".")) {
      meant.forEach(selected -> similar.addAll(selected.plainKeys()));
    }
    for (String delivery : deliveries.keySet()) {
      RunKey.ofDelivery().forEach(each -> similar.add(delivery + "." + each.key()));
    }
    return UserError.usage(
        given.where()
            + ": '"
            + key
            + "' is not known; "
            + (keys.isEmpty() ? whereNone : "the settings are " + String.join(", ", keys))
            + Similar.hint(key, similar));
  }

  /** Makes a plug-in from its id and its settings. */
  private interface Making<T> {
    T make(String id, Map<String, String> settings);
  }
}
