// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import org.jspecify.annotations.Nullable;

/** What other threads ask of the owner of the state; carried out between two attempts to send. */
sealed interface Command {
  /** A daemon has registered. */
  record Connect(long peer) implements Command {}

  /** The daemon has unregistered, or is gone for a reason. */
  record Disconnect(long peer, @Nullable String reason) implements Command {
    /** Whichever daemon is connected. */
    static final long ANY = -1;
  }

  /** A new log is asked for. */
  record Rotate() implements Command {}

  /** A transport that stopped by itself is asked to go on. */
  record Resume() implements Command {}
}
