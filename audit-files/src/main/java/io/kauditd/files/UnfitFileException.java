// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;

/** A file that is not written to as it is. The message says why, and what to do. */
public final class UnfitFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /** An exception whose message is a whole sentence for the user. */
  public UnfitFileException(String message) {
    super(message);
  }

  /** The same, with what it came from. */
  public UnfitFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
