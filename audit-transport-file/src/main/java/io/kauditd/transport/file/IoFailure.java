// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.UnfitFileException;
import io.kauditd.spi.Reasons;
import io.kauditd.spi.SendError;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import java.util.Set;

/**
 * What a failed system call means for the engine.
 *
 * <p>The JDK does not report the error number, only the C library's words for it, which may be in
 * the user's language. The most important error, a full disk, is {@linkplain Reasons#isNoRoom
 * recognised} in any language, the others by their English words. An error that is not recognised
 * ends the connection, which is tried again with growing pauses.
 *
 * @param error how the engine is to treat it
 * @param reason what happened, in words
 * @param isNoRoom whether the file, the disk or the user's share of it is full
 */
record IoFailure(SendError error, String reason, boolean isNoRoom) {
  /** What a user can do about a full disk. */
  static final String MAKE_ROOM = "make room, and delivery goes on by itself";

  private static final String FILE_TOO_LARGE = "File too large";

  private static final Set<String> FORBIDDEN =
      Set.of("Permission denied", "Operation not permitted", "Read-only file system");

  /**
   * The failure of a system call.
   *
   * @param doing what was tried: {@code write to audit.log}
   */
  static IoFailure of(String doing, IOException cause) {
    if (cause instanceof UnfitFileException unfit) {
      return new IoFailure(
          SendError.ECONNREFUSED, Objects.requireNonNullElse(unfit.getMessage(), doing), false);
    }
    String words = Reasons.of(cause);
    return new IoFailure(error(cause, words), doing + ": " + words, isNoRoom(cause, words));
  }

  /** Why something beside the log failed, with the name of the file that it failed at. */
  static String reasonBeside(String doing, IOException cause) {
    String where = cause instanceof FileSystemException named ? ": " + names(named) : "";
    return of(doing + where, cause).reason();
  }

  private static String names(FileSystemException cause) {
    return cause.getOtherFile() == null
        ? cause.getFile()
        : cause.getFile() + " to " + cause.getOtherFile();
  }

  private static SendError error(IOException cause, String words) {
    if (cause instanceof ClosedByInterruptException || isNoRoom(cause, words)) {
      return SendError.EAGAIN;
    }
    if (cause instanceof AccessDeniedException || FORBIDDEN.contains(words)) {
      return SendError.EPERM;
    }
    return SendError.ECONNREFUSED;
  }

  private static boolean isNoRoom(IOException cause, String words) {
    return words.equals(FILE_TOO_LARGE) || Reasons.isNoRoom(cause);
  }

  /** What a user can do about it, if there is no room. */
  String wayOut() {
    return reason.endsWith(FILE_TOO_LARGE)
        ? "choose a smaller max-size, or raise the limit on the size of a file, and start again"
        : MAKE_ROOM;
  }
}
