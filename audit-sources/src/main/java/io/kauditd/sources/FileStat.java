// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.files.Place;
import io.kauditd.files.UnfitFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a name stood for at one moment.
 *
 * @param modifiedNs when it was last written to, in nanoseconds since the epoch
 * @param mode the type and the permissions, as in {@code st_mode}
 */
record FileStat(FileId id, long sizeBytes, long modifiedNs, int mode) {
  static final String NOT_REGULAR = "it is not a regular file";

  private static final int TYPE = 0170000; // S_IFMT
  private static final int REGULAR = 0100000; // S_IFREG
  private static final int SOCKET = 0140000; // S_IFSOCK
  private static final int NAMED_PIPE = 0010000; // S_IFIFO
  private static final Set<Long> KNOW_BIRTHS = ConcurrentHashMap.newKeySet();
  private static final long NS_PER_SECOND = 1_000_000_000;

  /** Looks at a name, through symbolic links; null if nothing can be seen there. */
  static @Nullable FileStat of(Path path) {
    try {
      Map<String, Object> seen =
          Files.readAttributes(path, "unix:dev,ino,size,mode,lastModifiedTime,creationTime");
      long modified = ns(seen.get("lastModifiedTime"));
      long birth = ns(seen.get("creationTime"));
      long device = number(seen, "dev");
      var id =
          new FileId(device, number(seen, "ino"), isBirth(device, birth, modified) ? birth : 0);
      return new FileStat(id, number(seen, "size"), modified, (int) number(seen, "mode"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return null;
    }
  }

  /** Looks at what was found. */
  static FileStat of(Place place) throws IOException {
    FileStat stat = of(place.path());
    if (stat == null) {
      throw new NoSuchFileException(place.toString());
    }
    return stat;
  }

  /** Opens what was found to be this, to read it. To open a pipe would wait for its writer. */
  FileChannel open(Place place) throws IOException {
    if (!isRegular()) {
      throw new IOException(NOT_REGULAR);
    }
    try {
      return place.open(Set.of(StandardOpenOption.READ));
    } catch (UnfitFileException e) { // without native access: another file has its name by now
      throw new NoSuchFileException(place.toString());
    }
  }

  /** Where a file system knows no birth, the JDK answers with the last change, always. */
  private static boolean isBirth(long device, long birth, long modified) {
    if (birth != modified) {
      KNOW_BIRTHS.add(device);
    }
    return KNOW_BIRTHS.contains(device);
  }

  private static long number(Map<String, Object> seen, String name) {
    return seen.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static long ns(@Nullable Object time) {
    Instant instant = time instanceof FileTime t ? t.toInstant() : Instant.EPOCH;
    return instant.getEpochSecond() * NS_PER_SECOND + instant.getNano();
  }

  boolean isRegular() {
    return (mode & TYPE) == REGULAR;
  }

  boolean isSocket() {
    return (mode & TYPE) == SOCKET;
  }

  boolean isNamedPipe() {
    return (mode & TYPE) == NAMED_PIPE;
  }
}
