// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.api.ManagedAuditLog;
import io.kauditd.cli.command.ToolLogger;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The options in force. Reading the configuration again changes those that can be changed during a
 * run.
 */
public final class LiveOptions {
  private final Supplier<RunOptions> again;
  private volatile RunOptions now;

  /**
   * Begins with some options.
   *
   * @param again reads them again
   */
  public LiveOptions(RunOptions first, Supplier<RunOptions> again) {
    this.now = first;
    this.again = again;
  }

  public RunOptions now() {
    return now;
  }

  /**
   * Reads the configuration again, and applies what can be changed during a run.
   *
   * @param logs by the name of the delivery
   * @param refusal throws a {@link UserError} for options that this run cannot change to
   * @return the results, one sentence each
   */
  public List<String> reload(
      Map<String, ? extends ManagedAuditLog> logs, Consumer<RunOptions> refusal) {
    RunOptions wanted;
    try {
      wanted = again.get();
      refusal.accept(wanted);
    } catch (UserError e) {
      return List.of(e.getMessage() + "; everything stays as it is");
    }
    RunOptions before = now;
    now = before.changedTo(wanted);
    ToolLogger.setDebug(RunOptions.isSet(now.values(), RunKey.DEBUG));
    for (Delivery delivery : now.deliveries()) {
      ManagedAuditLog log = logs.get(delivery.name());
      if (log != null) {
        log.configure(settings -> delivery.settings());
      }
    }
    List<String> said = new ArrayList<>();
    for (RunKey key : RunKey.values()) {
      String was = before.values().shown(key);
      String is = wanted.values().shown(key);
      if (!was.equals(is)) {
        said.add(change(key.key(), was, is, key.isChangeable()));
      }
    }
    said.addAll(settings(before.values(), wanted.values()));
    return said.isEmpty() ? List.of("nothing has changed") : said;
  }

  private static List<String> settings(RunValues before, RunValues wanted) {
    var keys = new TreeSet<String>(before.set().keySet());
    keys.addAll(wanted.set().keySet());
    var said = new ArrayList<String>();
    for (String key : keys) {
      String was = text(before.set().get(key));
      String is = text(wanted.set().get(key));
      if (!was.equals(is)) {
        said.add("set." + change(key, was, is, RunOptions.isChangeable(wanted, key)));
      }
    }
    return said;
  }

  private static String change(String key, String was, String is, boolean changes) {
    return changes
        ? key + " is " + quoted(is) + " now, and was " + quoted(was)
        : key + " stays " + quoted(was) + "; " + quoted(is) + " takes a new start";
  }

  private static String text(@Nullable UserValue given) {
    return given == null ? "" : given.text();
  }

  private static String quoted(String value) {
    return value.isEmpty() ? "not given" : "'" + value + "'";
  }
}
