// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.Unclosed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * How rotated logs are compressed.
 *
 * @since 0.1.0
 */
public enum Compression {
  /** Not at all. */
  NONE(""),
  /** As gzip(1) does; {@code audit.log.1.gz}. */
  GZIP(".gz"),
  /**
   * As zstd(1) does, which is faster and makes smaller files: {@code audit.log.1.zst}. Needs the
   * library {@code com.github.luben:zstd-jni}.
   */
  ZSTD(".zst");

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String ZSTD_CLASS = "com.github.luben.zstd.ZstdOutputStream";

  private final String suffix;

  Compression(String suffix) {
    this.suffix = suffix;
  }

  /** What stands after the number in the name of a compressed log. */
  String suffix() {
    return suffix;
  }

  /**
   * Checks that the necessary library is there.
   *
   * @throws IllegalArgumentException saying what is missing
   */
  void check() {
    if (this == ZSTD) {
      try {
        Class.forName(ZSTD_CLASS, false, Compression.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        throw new IllegalArgumentException(
            "compress=zstd needs the library com.github.luben:zstd-jni, which is not there; add it,"
                + " or use compress=gzip",
            e);
      }
    }
  }

  /**
   * A stream that compresses what is written to it. Closing it writes the end, and leaves open what
   * is beneath: a file has to be forced to the disk after that.
   */
  OutputStream to(OutputStream out) throws IOException {
    var beneath = new Unclosed(out);
    return switch (this) {
      case NONE -> beneath;
      case GZIP -> new GZIPOutputStream(beneath, BUFFER_BYTES);
      case ZSTD -> Zstd.to(beneath);
    };
  }

  /** A stream of what was compressed. */
  InputStream from(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GZIPInputStream(in, BUFFER_BYTES);
      case ZSTD -> Zstd.from(in);
    };
  }

  /** Loaded only where it is used: the library may not be there. */
  private static final class Zstd {
    static InputStream from(InputStream in) throws IOException {
      try {
        return new com.github.luben.zstd.ZstdInputStream(in);
      } catch (LinkageError e) {
        throw new IOException("the library zstd-jni does not work here: " + e, e);
      }
    }

    static OutputStream to(OutputStream out) throws IOException {
      try {
        return new com.github.luben.zstd.ZstdOutputStream(out).setChecksum(true);
      } catch (LinkageError e) {
        throw new IOException("the library zstd-jni does not work here: " + e, e);
      }
    }
  }
}
