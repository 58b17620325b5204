// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file that says how far a spool is: two slots that are written in turn, each with a checksum,
 * so that a torn write leaves the other slot intact. They are in different sectors of the disk, and
 * are written in place, which works on a full disk.
 *
 * <pre>
 *  0  marker
 *  8  the sequence that was acknowledged last
 * 16  the sequence that was taken last; there may be later ones
 * 24  how many of those behind the acknowledged one are missing and were counted as lost
 * 32  the highest number of a record
 * 40  check of the 40 bytes before
 * </pre>
 *
 * <p>In an earlier version the last two fields were missing, and the check was of 24 bytes.
 */
final class Cursor implements AutoCloseable {
  private static final int SLOTS = 2;
  private static final int SLOT_DISTANCE_BYTES = 4096;
  private static final int CHECK_BYTES = 4;
  private static final int CHECKED_BYTES = 40;
  private static final int SLOT_BYTES = CHECKED_BYTES + CHECK_BYTES;
  private static final long MARKER = 0x6b61_7564_6974_6403L;
  private static final int EARLIER_CHECKED_BYTES = 24;
  private static final int EARLIER_BYTES = EARLIER_CHECKED_BYTES + CHECK_BYTES;
  private static final long EARLIER_MARKER = 0x6b61_7564_6974_6402L;

  private final Disk disk;
  private final @Nullable Object key;
  private final RandomAccessFile file;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
  private State state = State.NEW;
  private @Nullable State other; // in the other slot, as far as is known
  private boolean knowsCounted;
  private int turn;
  private boolean forced; // nobody knows what the program before has forced

  /**
   * How far a spool is.
   *
   * @param acknowledged the sequence that was acknowledged last
   * @param taken the sequence that was taken last; there may be later ones
   * @param counted how many of the sequences behind the acknowledged one are of records that are
   *     missing, and were counted as lost
   * @param highestNumber the highest number that a record had
   */
  record State(long acknowledged, long taken, long counted, long highestNumber) {
    static final State NEW = new State(0, 0, 0, 0);
  }

  /** Opens the file, which is there, and has a key. */
  Cursor(Disk disk, Path path, @Nullable Object key) throws IOException {
    this.disk = disk;
    this.key = key;
    file = new RandomAccessFile(path.toFile(), "rw");
  }

  /**
   * Locks the file against other programs, until it is closed. It is the second lock of a spool,
   * and holds when somebody has removed the file of the first.
   *
   * @return false if another program has it
   */
  boolean lock() throws IOException {
    boolean interrupted = Thread.interrupted(); // it would close the channel
    try {
      FileLock lock = file.getChannel().tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) { // another copy of this class has it
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What identifies the file. */
  @Nullable Object key() {
    return key;
  }

  /** Reads what was written last; returns false if neither slot is whole. */
  boolean read() throws IOException {
    boolean found = false;
    for (int i = 0; i < SLOTS; i++) {
      State there = readSlot(i);
      if (there != null && (!found || isLater(there, state))) {
        other = found ? state : null;
        found = true;
        state = there;
        knowsCounted = slot.getLong(0) == MARKER;
        turn = (i + 1) % SLOTS;
      } else if (there != null) {
        other = there;
      }
    }
    return found;
  }

  /** None of the others ever goes down. */
  private static boolean isLater(State one, State other) {
    if (one.acknowledged != other.acknowledged) {
      return one.acknowledged > other.acknowledged;
    }
    if (one.taken != other.taken) {
      return one.taken > other.taken;
    }
    if (one.highestNumber != other.highestNumber) {
      return one.highestNumber > other.highestNumber;
    }
    return one.counted > other.counted;
  }

  private @Nullable State readSlot(int number) throws IOException {
    long at = (long) number * SLOT_DISTANCE_BYTES;
    long length = Math.min(SLOT_BYTES, file.length() - at);
    if (length < EARLIER_BYTES) {
      return null;
    }
    file.seek(at);
    file.readFully(slot.array(), 0, (int) length);
    if (isWhole(MARKER, CHECKED_BYTES, length)) {
      return new State(slot.getLong(8), slot.getLong(16), slot.getLong(24), slot.getLong(32));
    }
    return isWhole(EARLIER_MARKER, EARLIER_CHECKED_BYTES, length)
        ? new State(slot.getLong(8), slot.getLong(16), 0, slot.getLong(16))
        : null;
  }

  private boolean isWhole(long marker, int checkedBytes, long length) {
    return length >= checkedBytes + CHECK_BYTES
        && slot.getLong(0) == marker
        && slot.getInt(checkedBytes) == check(checkedBytes);
  }

  /** How far the spool was when this was read or written. */
  State state() {
    return state;
  }

  /**
   * Whether the slot that was read tells which losses were counted; an earlier version's does not.
   */
  boolean knowsCounted() {
    return knowsCounted;
  }

  /** Writes both slots, so that what they say is not lost with one of them. */
  void begin(State first) throws IOException {
    for (int i = 0; i < SLOTS; i++) {
      write(first);
    }
  }

  /** Writes how far the spool is. */
  void write(State now) throws IOException {
    slot.putLong(0, MARKER).putLong(8, now.acknowledged).putLong(16, now.taken);
    slot.putLong(24, now.counted).putLong(32, now.highestNumber);
    slot.putInt(CHECKED_BYTES, check(CHECKED_BYTES));
    forced = false;
    disk.write(file, (long) turn * SLOT_DISTANCE_BYTES, slot.array(), 0, SLOT_BYTES);
    turn = (turn + 1) % SLOTS;
    other = state;
    state = now;
  }

  private int check(int checkedBytes) {
    return Frame.check(crc, slot, 0, checkedBytes, 0);
  }

  /**
   * Makes both slots on the disk say at least what was written last, so that it survives the loss
   * of one. This is necessary before something is deleted.
   */
  void settle() throws IOException {
    if (!isSettled(state)) {
      write(state);
    }
    force();
  }

  /** Whether both slots say this. */
  boolean isSettled(State what) {
    return what.equals(state) && what.equals(other);
  }

  /** Forces what was written to the disk. */
  void force() throws IOException {
    if (!forced) {
      disk.force(file);
      forced = true;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
