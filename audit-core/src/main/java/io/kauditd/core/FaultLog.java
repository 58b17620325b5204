// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.Reasons;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Logs each kind of fault once, and not for every record. Thread-safe. It never throws, whatever
 * the methods of a plug-in or of an exception do when they are asked for a text.
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
    once(plugin, call + thrown.getClass().getName(), name -> sayThrown(name, call, thrown));
  }

  private static void sayThrown(String name, String call, Throwable thrown) {
    if (canBeWritten(thrown)) {
      EngineLog.error(
          "{}.{} threw an exception, which is a fault of the plug-in; said once",
          name,
          call,
          thrown);
    } else {
      EngineLog.error(
          "{}.{} threw {}, which is a fault of the plug-in; said once", name, call, textOf(thrown));
    }
  }

  /** What was thrown, in words, whatever its own methods do. */
  static String textOf(Throwable thrown) {
    try {
      return String.valueOf(thrown.toString());
    } catch (Throwable e) { // plug-in code
      return thrown.getClass().getName() + ", which cannot say what it is";
    }
  }

  /** Whether a logging backend can write it: it asks these, for the causes as well. */
  private static boolean canBeWritten(Throwable thrown) {
    try {
      thrown.printStackTrace(new PrintWriter(Writer.nullWriter()));
      return true;
    } catch (Throwable e) { // plug-in code
      return false;
    }
  }

  /** A queue's medium failed, which is no fault of the queue. */
  void cannotTake(Object queue, IOException cause) {
    once(
        queue,
        "add" + cause.getClass().getName() + Reasons.isNoRoom(cause),
        name -> EngineLog.error("{} cannot take a record: {}; said once", queue, reasonOf(cause)));
  }

  /** Why, and what to do. */
  private static String reasonOf(IOException cause) {
    try {
      return Reasons.of(cause)
          + (Reasons.isNoRoom(cause)
              ? "; make room, and it takes records again by itself"
              : "; it is tried again with the next record");
    } catch (Throwable e) { // plug-in code
      return "no reason is known";
    }
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
