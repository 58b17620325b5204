// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The file that says how far records were acknowledged, and how far they were taken, so that those
 * at the end are missed when they are gone: two slots that are written in turn, each with a check,
 * so that a write that is cut short leaves the one before it. They lie in different sectors of the
 * disk, and are written in place, which needs no room on a full one.
 */
final class Cursor implements AutoCloseable {
  private static final int SLOTS = 2;
  private static final int SLOT_DISTANCE_BYTES = 4096;
  private static final int SLOT_BYTES = 28;
  private static final int CHECKED_BYTES = 24;
  private static final long MARKER = 0x6b61_7564_6974_6402L;

  private final RandomAccessFile file;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
  private long acknowledged;
  private long taken;
  private int turn;
  private boolean forced = true;

  /** Opens the file, which is there. */
  Cursor(Path path) throws IOException {
    file = new RandomAccessFile(path.toFile(), "rw");
  }

  /** Reads what was written last; returns false if neither slot is whole. */
  boolean read() throws IOException {
    boolean found = false;
    for (int i = 0; i < SLOTS; i++) {
      if (!readSlot(i)) {
        continue;
      }
      long acknowledgedThere = slot.getLong(8);
      long takenThere = slot.getLong(16);
      // Neither of them ever goes down.
      if (!found || acknowledgedThere > acknowledged || takenThere > taken) {
        found = true;
        acknowledged = acknowledgedThere;
        taken = takenThere;
        turn = (i + 1) % SLOTS;
      }
    }
    return found;
  }

  private boolean readSlot(int number) throws IOException {
    long at = (long) number * SLOT_DISTANCE_BYTES;
    if (file.length() < at + SLOT_BYTES) {
      return false;
    }
    file.seek(at);
    file.readFully(slot.array());
    return slot.getLong(0) == MARKER && slot.getInt(CHECKED_BYTES) == check();
  }

  /** The sequence that was acknowledged last, as it was read or written. */
  long acknowledged() {
    return acknowledged;
  }

  /** The sequence that was taken last, as it was read or written; there may be later ones. */
  long taken() {
    return taken;
  }

  /** Makes the slots of a new file, or one in which no slot is whole. */
  void begin(long acknowledgedFirst) throws IOException {
    for (int i = 0; i < SLOTS; i++) {
      write(acknowledgedFirst, acknowledgedFirst);
    }
  }

  /** Writes how far records were acknowledged and taken. */
  void write(long acknowledgedNow, long takenNow) throws IOException {
    slot.putLong(0, MARKER).putLong(8, acknowledgedNow).putLong(16, takenNow);
    slot.putInt(CHECKED_BYTES, check());
    forced = false;
    file.seek((long) turn * SLOT_DISTANCE_BYTES);
    file.write(slot.array());
    turn = (turn + 1) % SLOTS;
    acknowledged = acknowledgedNow;
    taken = takenNow;
  }

  private int check() {
    return Frame.check(crc, slot, 0, CHECKED_BYTES, 0);
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
