// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The file that says how far records were acknowledged: two slots that are written in turn, each
 * with a check, so that a write that is cut short leaves the one before it. They lie in different
 * sectors of the disk.
 */
final class Cursor implements AutoCloseable {
  /** What is read if neither slot is whole. */
  static final long UNKNOWN = -1;

  private static final int SLOTS = 2;
  private static final int SLOT_DISTANCE_BYTES = 4096;
  private static final int SLOT_BYTES = 20;
  private static final int CHECKED_BYTES = 16;
  private static final long MARKER = 0x6b61_7564_6974_6401L;

  private final RandomAccessFile file;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
  private int turn;
  private boolean forced = true;

  /** Opens the file, which is there. */
  Cursor(Path path) throws IOException {
    file = new RandomAccessFile(path.toFile(), "rw");
  }

  /** The sequence that was acknowledged last, or {@link #UNKNOWN}. */
  long read() throws IOException {
    long found = UNKNOWN;
    for (int i = 0; i < SLOTS; i++) {
      long sequence = readSlot(i);
      if (sequence > found) {
        found = sequence;
        turn = (i + 1) % SLOTS;
      }
    }
    return found;
  }

  private long readSlot(int number) throws IOException {
    long at = (long) number * SLOT_DISTANCE_BYTES;
    if (file.length() < at + SLOT_BYTES) {
      return UNKNOWN;
    }
    file.seek(at);
    file.readFully(slot.array());
    boolean whole = slot.getLong(0) == MARKER && slot.getInt(16) == check();
    return whole ? slot.getLong(8) : UNKNOWN;
  }

  /** Writes how far records are acknowledged. */
  void write(long sequence) throws IOException {
    slot.putLong(0, MARKER).putLong(8, sequence);
    slot.putInt(16, check());
    forced = false;
    file.seek((long) turn * SLOT_DISTANCE_BYTES);
    file.write(slot.array());
    turn = (turn + 1) % SLOTS;
  }

  private int check() {
    return Frame.check(crc, slot.array(), 0, CHECKED_BYTES, 0);
  }

  /** Forces what was written to the disk. */
  void force() throws IOException {
    if (!forced) {
      file.getFD().sync();
      forced = true;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
