// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.api.ManagedAuditLog;
import io.kauditd.cli.command.Given;
import io.kauditd.cli.command.ToolLogger;
import io.kauditd.cli.command.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The options in force, which a configuration that was read again changes where that is possible.
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
   * Reads the configuration again and puts in force what can be changed while the run goes on.
   *
   * @return what has come of it, a sentence each
   */
  public List<String> reload(ManagedAuditLog log) {
    RunOptions wanted;
    try {
      wanted = again.get();
    } catch (UserError e) {
      return List.of(e.getMessage() + "; everything stays as it is");
    }
    RunOptions before = now;
    now = before.changedTo(wanted);
    ToolLogger.setDebug(RunOptions.isSet(now.values(), RunKey.DEBUG));
    log.configure(settings -> wanted.settings());
    List<String> said = new ArrayList<>();
    for (RunKey key : RunKey.values()) {
      String was = before.values().shown(key);
      String is = wanted.values().shown(key);
      if (!was.equals(is)) {
        said.add(
            key.isChangeable()
                ? key.key() + " is " + quoted(is) + " now, and was " + quoted(was)
                : key.key() + " stays " + quoted(was) + "; " + quoted(is) + " takes a new start");
      }
    }
    said.addAll(settingsThatStay(before.set(), wanted.set()));
    return said.isEmpty() ? List.of("nothing has changed") : said;
  }

  private static List<String> settingsThatStay(
      Map<String, Given> before, Map<String, Given> wanted) {
    var keys = new TreeSet<String>(before.keySet());
    keys.addAll(wanted.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(text(before.get(key)), text(wanted.get(key))))
        .map(key ->
            "set."
                + key
                + " stays "
                + quoted(text(before.get(key)))
                + "; "
                + quoted(text(wanted.get(key)))
                + " takes a new start")
        .toList();
  }

  private static String text(@Nullable Given given) {
    return given == null ? "" : given.text();
  }

  private static String quoted(String value) {
    return value.isEmpty() ? "not given" : "'" + value + "'";
  }
}
