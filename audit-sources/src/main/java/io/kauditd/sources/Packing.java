// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** How a rotated file was compressed, as far as it can be read here. */
enum Packing {
  /** As gzip(1) does. */
  GZIP(".gz"),
  /** As zstd(1) does; needs the library {@code com.github.luben:zstd-jni}. */
  ZSTD(".zst");

  private static final int BUFFER_BYTES = 64 * 1024;

  private final String suffix;

  Packing(String suffix) {
    this.suffix = suffix;
  }

  /** What the name of a file says; null if it is not compressed, or in a way not known here. */
  static @Nullable Packing of(Path name) {
    for (Packing packing : values()) {
      if (name.toString().endsWith(packing.suffix)) {
        return packing;
      }
    }
    return null;
  }

  /** What was compressed. */
  InputStream from(InputStream packed) throws IOException {
    return switch (this) {
      case GZIP -> new GZIPInputStream(packed, BUFFER_BYTES);
      case ZSTD -> Zstd.from(packed);
    };
  }

  /** Loaded only where it is used: the library may not be there. */
  private static final class Zstd {
    static InputStream from(InputStream packed) throws IOException {
      try {
        return new com.github.luben.zstd.ZstdInputStream(packed);
      } catch (LinkageError e) {
        throw new IOException(
            "it is compressed with zstd, and the library com.github.luben:zstd-jni is not there or"
                + " does not work: "
                + e,
            e);
      }
    }
  }
}
