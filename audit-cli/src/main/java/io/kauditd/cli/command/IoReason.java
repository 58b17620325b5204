// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Why a file or a socket cannot be used, in words for a user. The message of many an exception is
 * the path alone, and its class name says nothing to a user.
 */
public final class IoReason {
  private IoReason() {}

  /** The reason, without a subject. */
  public static String of(IOException e) {
    String known =
        switch (e) {
          case NoSuchFileException missing -> "there is no such file";
          case AccessDeniedException denied -> "permission denied";
          case FileAlreadyExistsException there -> "it exists already";
          case NotDirectoryException file -> "it is not a directory";
          case FileSystemLoopException loop -> "its links lead in a circle";
          case CharacterCodingException odd -> "it is not UTF-8 text";
          default -> null;
        };
    if (known != null) {
      return known;
    }
    String said = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
    return said == null || said.isBlank() ? "input/output error" : said;
  }
}
