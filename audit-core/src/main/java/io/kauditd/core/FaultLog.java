// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Names what was at fault once for each kind of fault, and not for every record. Thread-safe;
 * throws nothing, and calls nothing of what it names but {@code toString} on the log's own thread.
 */
final class FaultLog {
  /** Kinds of fault are few; the bound is for a plug-in that makes up exceptions. */
  private static final int MAX_KINDS = 100;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /**
   * Code that is not the engine's threw something: an exception, or an error such as a library that
   * is not there, which shows only when it is called, or no memory, no stack.
   */
  void threw(Object plugin, String call, Throwable thrown) {
    once(
        plugin,
        call + thrown.getClass().getName(),
        name ->
            EngineLog.error(
                "{}.{} threw an exception, which is a fault of the plug-in; said once",
                name,
                call,
                thrown));
  }

  /** A plug-in's medium failed, which is no fault of the plug-in. */
  void failed(Object plugin, String what, IOException cause) {
    once(
        plugin,
        what + cause.getClass().getName(),
        name -> EngineLog.error("{} {}: {}; said once", plugin, what, cause.getMessage()));
  }

  /** A plug-in broke a rule of its SPI. */
  void broke(Object plugin, String call, String rule) {
    once(plugin, call + rule, name -> EngineLog.error("{}.{}: {}; said once", name, call, rule));
  }

  private void once(Object plugin, String what, Consumer<String> say) {
    try {
      String name = plugin.getClass().getName();
      if (seen.size() < MAX_KINDS && seen.add(name + what)) {
        say.accept(name);
      }
    } catch (Throwable e) { // no memory, no stack: the fault is contained all the same
      return;
    }
  }
}
