// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import java.io.IOException;
import java.util.Optional;

/** Where {@code audit top} looks. */
interface TopSource extends AutoCloseable {
  /**
   * Asks.
   *
   * @return nothing if what was looked at has ended
   * @throws IOException if it does not answer; the next time it may
   */
  Optional<TopSample> sample() throws IOException;

  @Override
  default void close() {}
}
