// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  private static final Path ALWAYS_FULL = Path.of("/dev/full");
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

  /**
   * Whether it is, or came from, a disk that is full, or the user's share of it. The C library's
   * words may be in the user's language: then a full disk is recognised by the words that a write
   * to {@code /dev/full} fails with, and a full share is not.
   */
  public static boolean isNoRoom(IOException failure) {
    Throwable cause = failure;
    for (int i = 0; cause instanceof IOException each && i < MOST_CAUSES; i++) {
      String words = of(each);
      if (NO_ROOM.contains(words) || words.equals(LocalWords.NO_SPACE)) {
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

  /** Asked for only when something has failed. */
  private static final class LocalWords {
    static final @Nullable String NO_SPACE = askFor();

    private static @Nullable String askFor() {
      try (FileChannel full = FileChannel.open(ALWAYS_FULL, StandardOpenOption.WRITE)) {
        full.write(ByteBuffer.wrap(new byte[1]));
        return null;
      } catch (IOException e) {
        return e instanceof FileSystemException ? null : e.getMessage();
      }
    }
  }
}
