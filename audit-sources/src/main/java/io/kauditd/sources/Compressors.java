// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tells which compressed files are still being written. Such a file is broken off somewhere, and is
 * no file of the log yet. Not all compressors write beside the file that they remove in the end, or
 * under another name.
 */
final class Compressors {
  /** A compressor that writes nothing for so long has died. */
  static final long DEAD_NS = TimeUnit.MINUTES.toNanos(5);

  private static final int MAX_REMEMBERED = 1024;

  private final Map<FileId, Broken> files = new HashMap<>();

  /** How large a file was at the last look, and when it was last found to be broken off. */
  private record Broken(long seenBytes, long brokenBytes) {}

  /** Whether a file is not complete, and may become so. */
  boolean isAtWork(Candidate.Packed file) {
    if (Packing.of(file.name()) == null) {
      return false;
    }
    try {
      return !isDead(file) && isBroken(file);
    } catch (IOException e) {
      return true; // it has another name by now, or cannot be read for now
    }
  }

  private static boolean isDead(Candidate.Packed file) {
    long nowNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    return Math.abs(nowNs - file.stat().modifiedNs()) > DEAD_NS;
  }

  /** While it grows from look to look it is not decompressed each time. */
  private boolean isBroken(Candidate.Packed file) throws IOException {
    FileId id = file.stat().id();
    long size = file.file().size();
    Broken before = files.get(id);
    if (before != null && before.seenBytes() != size) {
      files.put(id, new Broken(size, before.brokenBytes()));
      return true;
    }
    if (before != null && before.brokenBytes() == size) {
      return true;
    }
    try {
      PackedFile.readAll(file.name(), file.file());
      files.remove(id);
      return false;
    } catch (IOException e) {
      if (files.size() == MAX_REMEMBERED) {
        files.clear();
      }
      files.put(id, new Broken(size, size));
      return true;
    }
  }
}
