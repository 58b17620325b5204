// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.Reasons;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Says what went wrong with a file or socket, in words that name it. */
final class Failures {
  private Failures() {}

  /**
   * The exception to throw.
   *
   * @param doing what was tried, and on what: {@code read in.log}
   */
  static IOException of(String doing, IOException cause) {
    return new IOException("cannot " + doing + ": " + reason(cause), cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "no such file";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    return Reasons.of(cause);
  }
}
