// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A file that is written beside another, and takes its name when it is complete. Its own name is
 * unpredictable, and it is created only if that name is free, so nobody can put something in its
 * place. If it is closed before it took the name, it is deleted.
 *
 * <p>Files that a killed program left behind are recognised by their names: {@code
 * .NAME.0123456789abcdef.part}.
 */
public final class PartFile implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MAX_STEM_CHARACTERS = 50; // a name has 255 bytes
  private static final int ATTEMPTS = 10;
  private static final Pattern END = Pattern.compile("\\.[0-9a-f]{16}\\.part");

  private final SafeDirectory directory;
  private final Path name;
  private final Place place;
  private boolean tookName;
  private boolean kept;

  private PartFile(SafeDirectory directory, Path name, Place place) {
    this.directory = directory;
    this.name = name;
    this.place = place;
  }

  /** Makes one, readable and writable for its owner alone. */
  public static PartFile beside(SafeDirectory directory, Path name) throws IOException {
    for (int attempt = 0; ; attempt++) {
      String number = HexFormat.of().toHexDigits(RANDOM.nextLong());
      Path part = Path.of(stem(name) + "." + number + ".part");
      try {
        return new PartFile(directory, part, directory.create(part));
      } catch (FileAlreadyExistsException e) {
        if (attempt >= ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Whether a name is one that a part file of another name has. */
  public static boolean isOf(Path name, Path candidate) {
    String text = candidate.toString();
    String stem = stem(name);
    return text.startsWith(stem) && END.matcher(text.substring(stem.length())).matches();
  }

  private static String stem(Path name) {
    String text = name.toString();
    return "." + text.substring(0, Math.min(text.length(), MAX_STEM_CHARACTERS));
  }

  /** The file. */
  public Place place() {
    return place;
  }

  /** Its name for the time being. */
  public Path name() {
    return name;
  }

  /**
   * Gives it the name that it was made for. A file with that name is replaced.
   *
   * @throws UnfitFileException if its own name now leads to another file
   */
  public void takeName(Path target) throws IOException {
    FileStatus now = directory.look(name);
    if (now == null || !now.isSameFileAs(place.status())) {
      throw new UnfitFileException(
          place.shown() + " was moved by another program before it could become " + target);
    }
    directory.rename(name, target);
    tookName = true;
    place.movedTo(target);
  }

  /** The file, which is then the caller's to close. */
  public Place keep() {
    kept = true;
    return place;
  }

  /** Deletes it, if it did not take its name. */
  @Override
  public void close() throws IOException {
    try {
      if (!tookName) {
        FileStatus now = directory.look(name);
        if (now != null && now.isSameFileAs(place.status())) {
          directory.delete(name);
        }
      }
    } finally {
      if (!kept) {
        place.close();
      }
    }
  }
}
