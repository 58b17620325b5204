// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.cli.plugin.PluginChoice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The transports of a run, by name, with the values for each: those for all, and those that {@code
 * NAME.KEY} gives for one.
 */
final class Deliveries {
  /** The name of the transport for what the others reject. */
  static final String REJECTED = "rejected";

  /** A name before the plug-in: {@code copy=file:copy.log}. */
  private static final Pattern NAMED = Pattern.compile("([a-z][a-z0-9-]*)=(.*)", Pattern.DOTALL);

  private final RunValues given;
  private final SequencedMap<String, UserValue> transports;

  private Deliveries(RunValues given) {
    this.given = given;
    this.transports = named(given.list(RunKey.TRANSPORT));
  }

  /**
   * The transports in the order given, and the one for what they reject, if there is one, last.
   *
   * @throws UserError for a value that is not valid
   */
  static List<Delivery> of(RunValues given) {
    return new Deliveries(given).all();
  }

  /**
   * The key of a setting for one transport: {@code backlog-limit} for {@code kafka.backlog-limit}.
   */
  static Optional<RunKey> key(RunValues given, String setting) {
    var deliveries = new Deliveries(given);
    return deliveries.names().stream()
        .filter(name -> setting.startsWith(name + "."))
        .flatMap(name -> RunKey.of(setting.substring(name.length() + 1)).stream())
        .filter(RunKey::isOfDelivery)
        .findFirst();
  }

  /** The names of transports as they were given. */
  static SequencedMap<String, UserValue> named(List<UserValue> transports) {
    var named = new LinkedHashMap<String, UserValue>();
    for (UserValue each : transports) {
      Matcher matcher = NAMED.matcher(each.text().strip());
      if (matcher.matches()) {
        put(named, matcher.group(1), new UserValue(matcher.group(2), each.where()));
      } else {
        String id = PluginChoice.parse(each).id();
        String name = id;
        for (int i = 2; named.containsKey(name); i++) {
          name = id + "-" + i;
        }
        put(named, name, each);
      }
    }
    return named;
  }

  private static void put(Map<String, UserValue> named, String name, UserValue transport) {
    boolean taken = name.equals(REJECTED) || RunKey.of(name).isPresent();
    if (taken || named.putIfAbsent(name, transport) != null) {
      throw UserError.usage(
          transport.where()
              + ": '"
              + name
              + (taken
                  ? "' is the name of something else; write NAME=" + transport.text()
                  : "' is the name of another transport already; each needs its own"));
    }
  }

  private List<String> names() {
    var names = new ArrayList<>(transports.keySet());
    names.add(REJECTED);
    return names;
  }

  private List<Delivery> all() {
    if (transports.isEmpty()) {
      throw UserError.usage(
          RunKey.TRANSPORT.option()
              + " is missing; say where records go to, for example --transport file:out.log");
    }
    var all = new ArrayList<Delivery>();
    transports.forEach((name, transport) -> all.add(delivery(name, transport, true)));
    UserValue rejected = given.one(RunKey.REJECTED);
    if (rejected != null) {
      all.add(delivery(REJECTED, rejected, false));
    }
    checkQueues();
    return List.copyOf(all);
  }

  private Delivery delivery(String name, UserValue transport, boolean shares) {
    var choices = new EnumMap<PluginSlot, PluginChoice>(PluginSlot.class);
    for (PluginSlot part : PluginSlot.values()) {
      if (part == PluginSlot.TRANSPORT) {
        choices.put(part, PluginChoice.parse(transport));
      } else if (part.key().isOfDelivery()) {
        UserValue own = own(name, part.key());
        choices.put(part, choice(part, own == null && shares ? given.one(part.key()) : own));
      }
    }
    boolean waits = shares && transports.size() == 1;
    return new Delivery(name, choices, EngineSettings.of(valuesOf(name), waits));
  }

  private static PluginChoice choice(PluginSlot part, @Nullable UserValue picked) {
    return picked != null
        ? PluginChoice.parse(picked)
        : new PluginChoice(String.valueOf(part.defaultId()), null, part.key().option());
  }

  /** What was given for a transport alone. */
  private @Nullable UserValue own(String name, RunKey key) {
    return given.set().get(name + "." + key.key());
  }

  /** The values of all, with those that were given for one in their place. */
  private RunValues valuesOf(String name) {
    var own = new EnumMap<RunKey, List<UserValue>>(RunKey.class);
    for (RunKey key : RunKey.values()) {
      UserValue value = key.isOfDelivery() ? own(name, key) : null;
      if (value != null) {
        own.put(key, List.of(value));
      }
    }
    return new RunValues(own, Map.of()).orElse(given);
  }

  /** A queue with a place, such as a spool, is one queue: two engines cannot have it. */
  private void checkQueues() {
    for (RunKey key : List.of(RunKey.QUEUE, RunKey.MAIN_QUEUE, RunKey.RETRY_QUEUE)) {
      UserValue common = given.one(key);
      List<String> sharing =
          transports.keySet().stream().filter(name -> own(name, key) == null).toList();
      if (common != null && sharing.size() > 1 && PluginChoice.parse(common).argument() != null) {
        throw UserError.usage(
            common.where()
                + ": '"
                + common.text()
                + "' can be the queue of one transport alone; give each its own, for example --set "
                + sharing.getLast()
                + "."
                + key.key()
                + "="
                + common.text()
                + "-"
                + sharing.getLast());
      }
    }
  }
}
