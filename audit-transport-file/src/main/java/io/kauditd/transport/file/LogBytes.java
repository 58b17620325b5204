// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.Place;
import io.kauditd.files.UnfitFileException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a log, or of a rotated one, for reading at any place. Of a compressed log the last
 * 64 MiB are held in memory, which are hundreds of thousands of records.
 */
final class LogBytes implements AutoCloseable {
  private static final int MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
  private static final int CHUNK_BYTES = 64 * 1024;

  /** A file may be compressed, or renamed, between two looks. */
  private static final int ATTEMPTS = 10;

  private final @Nullable FileChannel file;
  private final byte[] unpacked;
  private final int unpackedFrom;
  private final long sizeBytes;
  private final boolean complete;

  private LogBytes(@Nullable FileChannel file, byte[] ring, long sizeBytes, int unpackedFrom) {
    this.file = file;
    this.unpacked = ring;
    this.unpackedFrom = unpackedFrom;
    this.sizeBytes = file == null ? Math.min(sizeBytes, ring.length) : sizeBytes;
    this.complete = this.sizeBytes == sizeBytes;
  }

  /** Opens a log, compressed or not; null if it is not there. */
  static @Nullable LogBytes open(Path log) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        FileChannel channel = openFile(log);
        return new LogBytes(channel, new byte[0], channel.size(), 0);
      } catch (NoSuchFileException e) {
        // it may be compressed
      }
      for (Compression compression : Compression.values()) {
        Path packed = log.resolveSibling(log.getFileName() + compression.suffix());
        if (compression != Compression.NONE) {
          try (FileChannel channel = openFile(packed);
              InputStream in = Channels.newInputStream(channel)) {
            return unpack(compression.from(new BufferedInputStream(in, CHUNK_BYTES)));
          } catch (NoSuchFileException e) {
            // it is not compressed so, or was renamed just now
          }
        }
      }
    }
    return null;
  }

  /** To open a pipe would wait for its writer. */
  private static FileChannel openFile(Path file) throws IOException {
    try (Place place = Place.at(file)) {
      if (!place.status().isRegular()) {
        throw new UnfitFileException(file + " is not a regular file");
      }
      return place.open(Set.of(StandardOpenOption.READ));
    }
  }

  private static LogBytes unpack(InputStream in) throws IOException {
    byte[] ring = in.readNBytes(MAX_UNPACKED_BYTES);
    long size = ring.length;
    int at = 0;
    for (int count; (count = in.read(ring, at, ring.length - at)) > 0; size += count) {
      at = (at + count) % ring.length; // what is oldest is overwritten
    }
    return new LogBytes(null, ring, size, at);
  }

  /** How many bytes can be read. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** Whether that is all. */
  boolean isComplete() {
    return complete;
  }

  /** Reads some bytes, all of which are there. */
  void read(byte[] into, int length, long from) throws IOException {
    FileChannel channel = file;
    if (channel == null) {
      for (int i = 0; i < length; i++) {
        into[i] = unpacked[(int) ((unpackedFrom + from + i) % unpacked.length)];
      }
      return;
    }
    var piece = ByteBuffer.wrap(into, 0, length);
    while (piece.hasRemaining() && channel.read(piece, from + piece.position()) > 0) {
      // the condition does it
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
