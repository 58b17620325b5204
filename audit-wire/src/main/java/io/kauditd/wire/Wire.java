// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A connection that never blocks, except in {@link #await}. For one thread at a time.
 *
 * <p>Bytes that it has taken may wait in it before they reach the socket's buffer, because TLS
 * encrypts piece by piece.
 */
public interface Wire extends AutoCloseable {
  /** Takes bytes, as many as go without waiting, and passes on what it can. */
  void write(ByteBuffer from) throws IOException;

  /**
   * Reads what has come.
   *
   * @return how many bytes; 0 if there are none; -1 if the other side has closed the connection
   */
  int read(ByteBuffer to) throws IOException;

  /** How many of the bytes that were taken, counted from the first, are in the socket's buffer. */
  long passedOn();

  /** Waits until bytes have come, or, if {@code orWrite}, until some can be written, or the end. */
  void await(boolean orWrite, long endNs) throws IOException;

  /** Says to the other side, as far as it goes without waiting, that nothing more comes. */
  void endOutput() throws IOException;

  /** Closes it at once; does not wait for the other side. */
  @Override
  void close();
}
