// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.io.IOException;

/** A file that is not written to as it is. The message says why, and what to do. */
final class UnfitFileException extends IOException {
  private static final long serialVersionUID = 1L;

  UnfitFileException(String message) {
    super(message);
  }

  UnfitFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
