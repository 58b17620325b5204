// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a system call failed, in the words that the C library has for it: {@code No space left on
 * device}. For messages to users, who are not told names of classes.
 *
 * @since 0.1.0
 */
public final class Reasons {
  private static final int MOST_CAUSES = 10;

  /** In English: a user with another language is told what happened in that, and no more. */
  private static final Set<String> NO_ROOM =
      Set.of("No space left on device", "Disk quota exceeded");

  private Reasons() {}

  /** The reason, without the name of the file, and never that of a class. */
  public static String of(IOException cause) {
    String reason = ofKind(cause);
    if (reason == null) {
      reason =
          cause instanceof FileSystemException failure ? failure.getReason() : cause.getMessage();
    }
    return reason == null || reason.isBlank() ? "no reason is known" : reason;
  }

  /** Whether it is, or came from, a disk that is full, or the user's share of it. */
  public static boolean isNoRoom(IOException failure) {
    Throwable cause = failure;
    for (int i = 0; cause instanceof IOException each && i < MOST_CAUSES; i++) {
      if (NO_ROOM.contains(of(each))) {
        return true;
      }
      cause = each.getCause();
    }
    return false;
  }

  /** Of an exception that says by its class alone what went wrong. */
  private static @Nullable String ofKind(IOException cause) {
    return switch (cause) {
      case NoSuchFileException e -> "No such file or directory";
      case AccessDeniedException e -> "Permission denied";
      case FileAlreadyExistsException e -> "File exists";
      case DirectoryNotEmptyException e -> "Directory not empty";
      case NotDirectoryException e -> "Not a directory";
      case ClosedByInterruptException e -> "interrupted";
      case ClosedChannelException e -> "it was closed";
      default -> null;
    };
  }
}
