// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shutdown hooks that end with what they were there for. */
public final class ShutdownHooks {
  private static final Logger LOG = LoggerFactory.getLogger(ShutdownHooks.class);

  private ShutdownHooks() {}

  /** Removes a hook; does nothing if the JVM is shutting down already. */
  public static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.trace("shutting down already", e);
    }
  }
}
