// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names a faulty plug-in once for each kind of fault, and not for every record. Thread-safe. */
final class FaultLog {
  private static final Logger LOG = LoggerFactory.getLogger("kauditd");

  /** Kinds of fault are few; the bound is for a plug-in that makes up exceptions. */
  private static final int MAX_KINDS = 100;

  private final Set<String> seen = new HashSet<>(); // guarded by itself

  /**
   * A plug-in threw something: an exception, or an error such as a library that is not there, which
   * shows only when it is called. What says that the machine is at its end is thrown on.
   */
  void threw(Object plugin, String call, Throwable thrown) {
    PluginFaults.rethrowFatal(thrown);
    if (firstTime(plugin, call, thrown.getClass().getName())) {
      LOG.error(
          "{}.{} threw an exception, which is a fault of the plug-in; said once",
          plugin.getClass().getName(),
          call,
          thrown);
    }
  }

  /** A plug-in's medium failed, which is no fault of the plug-in. */
  void failed(Object plugin, String what, IOException cause) {
    if (firstTime(plugin, what, cause.getClass().getName())) {
      LOG.error("{} {}: {}; said once", plugin, what, cause.getMessage());
    }
  }

  /** A plug-in broke a rule of its SPI. */
  void broke(Object plugin, String call, String rule) {
    if (firstTime(plugin, call, rule)) {
      LOG.error("{}.{}: {}; said once", plugin.getClass().getName(), call, rule);
    }
  }

  private boolean firstTime(Object plugin, String call, String what) {
    synchronized (seen) {
      return seen.size() < MAX_KINDS && seen.add(plugin.getClass().getName() + call + what);
    }
  }
}
