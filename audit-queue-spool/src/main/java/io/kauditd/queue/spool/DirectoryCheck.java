// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Checks that nobody else can put records into a spool's directory, or take them out. */
final class DirectoryCheck {
  private static final Path SELF = Path.of("/proc/self");
  private static final int STICKY = 01000;
  private static final int WRITABLE_FOR_ALL = 0002;
  private static final int WRITABLE_FOR_OTHERS = 0022;

  private DirectoryCheck() {}

  /** Checks a directory, by its real path, and every one on the way to it. */
  static void check(Path real) throws IOException {
    checkWay(real.getParent());
    checkOwn(real);
  }

  /** Checks the directory, by its real path, in which one is made, and every one on the way. */
  static void checkWay(@Nullable Path real) throws IOException {
    for (Path part = real; part != null; part = part.getParent()) {
      int mode = number(part, "unix:mode");
      if ((mode & WRITABLE_FOR_ALL) != 0 && (mode & STICKY) == 0) {
        throw new IOException(
            "the directory "
                + part
                + " is writable for everyone, so that everyone could put another spool in this"
                + " one's place; take that permission away (chmod o-w) or choose another"
                + " directory");
      }
    }
  }

  private static void checkOwn(Path real) throws IOException {
    if ((number(real, "unix:mode") & WRITABLE_FOR_OTHERS) != 0) {
      throw new IOException(
          "the directory "
              + real
              + " is writable for others than its owner; take that permission away (chmod go-w) or"
              + " choose another directory");
    }
    if (Files.exists(SELF) && number(real, "unix:uid") != number(SELF.toRealPath(), "unix:uid")) {
      throw new IOException(
          "the directory " + real + " belongs to another user; choose a directory of your own");
    }
  }

  private static int number(Path path, String attribute) throws IOException {
    return (Integer) Files.getAttribute(path, attribute, LinkOption.NOFOLLOW_LINKS);
  }
}
