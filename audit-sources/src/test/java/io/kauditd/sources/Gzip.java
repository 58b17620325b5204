// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Compresses rotated files, as logrotate does. */
final class Gzip {
  private Gzip() {}

  /** Compresses a file to another one. */
  static void write(Path plain, Path packed) throws IOException {
    try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(plain, out);
    }
  }

  /** The same; the file is deleted then. */
  static void replace(Path plain, Path packed) throws IOException {
    write(plain, packed);
    Files.delete(plain);
  }
}
