// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The frames around messages in a stream, and the server's answers. */
public interface Framing {
  /** Maximum number of bytes around a message. */
  int MAX_OVERHEAD_BYTES = 64;

  /** Begins a session on a new connection, before the end, or fails. */
  void begin(Wire wire, long endNs) throws IOException;

  /**
   * Puts a message's frame into a buffer with room for it.
   *
   * @return the number by which the server will acknowledge it; 0 if it never does
   */
  int put(ByteBuffer message, ByteBuffer out);

  /** Frames from this number on were taken back; the next one has it. */
  void goBackTo(int transaction);

  /**
   * Puts what the server answers even if there is nothing to send, or nothing if the protocol has
   * no such frame. It is called while everything before is written.
   */
  default void heartbeat(ByteBuffer out) {}

  /** Reads what the server said. */
  void receive(ByteBuffer from, InFlight inFlight) throws IOException;

  /** Whether a record counts as delivered when the server has said so, and not before. */
  boolean acknowledges();

  /** Puts what ends the session. */
  void end(ByteBuffer out);
}
