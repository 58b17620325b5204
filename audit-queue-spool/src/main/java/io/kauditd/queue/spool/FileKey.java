// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What identifies a file whatever its name is. A file that is held open keeps its own, so that the
 * same key before and after it was opened, by its name, is that of what was opened.
 */
final class FileKey {
  private FileKey() {}

  /**
   * The key of the file that a name means now; null if it means none.
   *
   * @throws IOException if it means something else than a file, in a sentence
   */
  static @Nullable Object of(Path file) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        throw new IOException(file + " is not a plain file; move it elsewhere");
      }
      Object key = attributes.fileKey();
      return key == null ? file : key; // where there are no keys, the name has to do
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
