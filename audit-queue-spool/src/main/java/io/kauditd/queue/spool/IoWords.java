// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Objects;

/** What a failed system call has to say to a person. */
final class IoWords {
  private IoWords() {}

  static String of(IOException cause) {
    if (cause instanceof AccessDeniedException denied) {
      return denied.getFile() + ": Permission denied"; // its message is the path alone
    }
    String message = Objects.requireNonNullElse(cause.getMessage(), "");
    boolean pathAlone = cause instanceof FileSystemException failure && failure.getReason() == null;
    return message.isEmpty() || pathAlone
        ? (cause.getClass().getSimpleName() + " " + message).strip()
        : message;
  }
}
