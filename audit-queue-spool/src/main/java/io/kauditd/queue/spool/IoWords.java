// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.spi.Reasons;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** What a failed system call has to say to a person. */
final class IoWords {
  private IoWords() {}

  static String of(IOException cause) {
    String file = cause instanceof FileSystemException failure ? failure.getFile() : null;
    return (file == null ? "" : file + ": ") + Reasons.of(cause);
  }

  /** The same, with what to do about it if that is known. */
  static String withWayOut(IOException cause) {
    return of(cause) + (Reasons.isNoRoom(cause) ? "; make room, and it goes on by itself" : "");
  }
}
