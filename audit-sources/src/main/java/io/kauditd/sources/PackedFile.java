// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** A file of the log that somebody has compressed. */
final class PackedFile extends TrailFile {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int SIZE_BYTES = 4; // at the end of the file: modulo 2^32

  private final InputStream bytes;
  private final byte[] beginning;
  private final Window head;

  private PackedFile(Path name, FileStat stat, InputStream bytes, byte[] beginning) {
    super(name, stat.id(), stat.modifiedNs());
    this.bytes = bytes;
    this.beginning = beginning;
    this.head = Window.of(beginning, 0, beginning.length, 0);
  }

  /** How the file begins that was compressed, and its size. */
  static final class Content {
    private final byte[] head;
    private final long sizeBytes;

    private Content(byte[] head, long sizeBytes) {
      this.head = head;
      this.sizeBytes = sizeBytes;
    }

    /** Modulo 2^32. */
    long sizeBytes() {
      return sizeBytes;
    }

    /** Whether a file that begins so, and is so large, may begin with all of it. */
    boolean isBeginningOf(byte[] beginning, long fileBytes) {
      int length = Math.min(head.length, beginning.length);
      return length > 0
          && sizeBytes <= fileBytes
          && Arrays.equals(head, 0, length, beginning, 0, length);
    }

    /** Its first bytes. */
    byte[] head() {
      return head;
    }

    /** Whether it begins so. */
    boolean beginsAs(Window window) {
      return window.isIn(head, head.length);
    }
  }

  /**
   * Looks into a compressed file.
   *
   * @throws IOException also if it is not complete, or compressed in a way not known here
   */
  static Content content(Path name, FileChannel file) throws IOException {
    InputStream bytes = stream(name, file);
    byte[] head = bytes.readNBytes(Window.HEAD_BYTES);
    long size = Packing.of(name) == Packing.GZIP ? gzipSize(file) : head.length + rest(bytes);
    return new Content(head, size);
  }

  /**
   * Decompresses all of it.
   *
   * @throws IOException if it is not complete
   */
  static void readAll(Path name, FileChannel file) throws IOException {
    rest(stream(name, file));
  }

  private static long gzipSize(FileChannel file) throws IOException {
    byte[] size = Window.read(file, Math.max(0, file.size() - SIZE_BYTES), SIZE_BYTES);
    long sizeBytes = 0;
    for (int i = size.length - 1; i >= 0; i--) {
      sizeBytes = sizeBytes << Byte.SIZE | (size[i] & 0xff);
    }
    return sizeBytes;
  }

  private static long rest(InputStream bytes) throws IOException {
    return bytes.transferTo(OutputStream.nullOutputStream());
  }

  private static InputStream stream(Path name, FileChannel file) throws IOException {
    Packing packing = Packing.of(name);
    if (packing == null) {
      throw new IOException("it is compressed in a way that is not known here");
    }
    return packing.from(new BufferedInputStream(new FileBytes(file), BUFFER_BYTES));
  }

  /** The bytes of a file, which several may read at the same time, each from its start. */
  private static final class FileBytes extends InputStream {
    private final FileChannel file;
    private long position;

    FileBytes(FileChannel file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = file.read(ByteBuffer.wrap(bytes, offset, length), position);
      position += Math.max(count, 0);
      return count;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Opens it at some offset of what was compressed. */
  static PackedFile open(Path name, FileStat stat, FileChannel file, long offset)
      throws IOException {
    byte[] head = stream(name, file).readNBytes(Window.HEAD_BYTES);
    InputStream in = stream(name, file);
    int before = (int) Math.min(offset, Window.LAST_BYTES);
    in.skipNBytes(offset - before);
    byte[] last = in.readNBytes(before);
    var part = new PackedFile(name, stat, in, head);
    part.startAt(offset, last);
    return part;
  }

  @Override
  int read(ByteBuffer room) throws IOException {
    int start = room.arrayOffset() + room.position();
    int count = bytes.read(room.array(), start, room.remaining());
    if (count <= 0) {
      return 0;
    }
    advance(room.array(), start, count);
    return count;
  }

  @Override
  byte[] beginning(int count) {
    return Arrays.copyOf(beginning, Math.min(count, beginning.length));
  }

  @Override
  Window head() {
    return head;
  }

  @Override
  long knownBytes() {
    return position();
  }

  @Override
  boolean isFinal() {
    return true;
  }

  @Override
  void close() {
    PlainFile.closeQuietly(bytes);
  }
}
