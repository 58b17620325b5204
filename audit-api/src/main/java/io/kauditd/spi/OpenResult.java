// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * What came of opening a transport.
 *
 * @since 0.1.0
 */
public sealed interface OpenResult {
  /**
   * There is a daemon now.
   *
   * @param peer its port id, 1 or more; a transport that knows of none says 1
   */
  record Connected(long peer) implements OpenResult {}

  /**
   * The transport works; a daemon will register by itself, which the transport tells the engine
   * through {@link TransportContext#connect}.
   */
  record Listening() implements OpenResult {}

  /**
   * It did not work. The engine tries again, with growing pauses.
   *
   * @param reason what happened, and where, in words
   */
  record Failed(String reason) implements OpenResult {}
}
