// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.files.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A file of the log as it was written. Before it reads on, it looks at what it has read last once
 * more: in a file that was truncated and has grown beyond that place, something else stands there.
 */
final class PlainFile extends TrailFile {
  private static final int ATTEMPTS = 100;

  /** The longest line has less. */
  private static final int MAX_CUT_BYTES = 16 * 1024;

  private final FileChannel channel;
  private final ByteBuffer check = ByteBuffer.allocate(Window.LAST_BYTES);

  private Seen seen = Seen.NOTHING;
  private boolean sealed;
  private boolean finished;
  private boolean skipsNuls;
  private boolean cut;
  private boolean tornOff;
  private boolean channelHandedOn;
  private boolean begun;
  private boolean littleKnown;

  /** A file as it was seen at one moment: how it begins, its size, and what stands at its end. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Seen(byte[] beginning, Window head, Window end, long sizeBytes) {
    static final Seen NOTHING = new Seen(new byte[0], Window.NONE, Window.NONE, 0);

    /** The file as it is now; null if it becomes shorter in this moment. */
    @Nullable Seen now(FileChannel file, long size) throws IOException {
      Window newEnd = Window.before(file, size);
      if (newEnd == null) {
        return null;
      }
      if (beginning.length == Window.HEAD_BYTES) {
        return new Seen(beginning, head, newEnd, size);
      }
      byte[] begins = Window.read(file, 0, Window.HEAD_BYTES);
      return new Seen(begins, Window.of(begins, 0, begins.length, 0), newEnd, size);
    }
  }

  PlainFile(Path name, FileId id, long modifiedNs, FileChannel channel) {
    super(name, id, modifiedNs);
    this.channel = channel;
  }

  /** Opens the file that has a name at this moment. */
  static PlainFile open(Path name) throws IOException {
    try (Place place = Place.at(name)) {
      return open(name, place);
    }
  }

  /** Opens a file that was found. */
  static PlainFile open(Path name, Place place) throws IOException {
    FileStat stat = FileStat.of(place);
    var part = new PlainFile(name, stat.id(), stat.modifiedNs(), stat.open(place));
    try {
      for (int i = 0; i < ATTEMPTS && !part.look(); i++) {
        // it was truncated in this moment
      }
      return part;
    } catch (IOException e) {
      part.close();
      throw e;
    }
  }

  FileChannel channel() {
    return channel;
  }

  /** Begins somewhere in the middle. */
  void startAt(long offset) throws IOException {
    int length = (int) Math.min(offset, Window.LAST_BYTES);
    startAt(offset, Window.read(channel, offset - length, length));
  }

  /** The same file after it was truncated, to be read from its start. */
  PlainFile again() {
    var part = new PlainFile(name(), id(), modifiedNs(), channel);
    part.skipsNuls = true;
    return part;
  }

  /** Another part reads this file from now on, and closes it. */
  void handOn() {
    channelHandedOn = true;
  }

  /** Whether something may be read of it: nothing that was written before is in another file. */
  boolean isBegun() {
    return begun || position() > 0;
  }

  void begin() {
    begun = true;
  }

  /** Nothing more is to be read of it: what is there now belongs to another part. */
  void finish() {
    finished = true;
  }

  @Override
  void seal() {
    sealed = true;
  }

  /**
   * Looks at how large it is.
   *
   * @return false if it was truncated, or other bytes stand where some were seen
   */
  boolean look() throws IOException {
    boolean readOn = position() > seen.sizeBytes();
    return finished || look(seen, readOn ? recent().before(position(), position()) : null);
  }

  /**
   * Takes what is there now if it is still what was known. That is compared last: a file that is
   * truncated and written anew between two of these steps is then not taken for one that has grown.
   *
   * @param read what was read last, if that is to be compared
   */
  private boolean look(Seen known, @Nullable Window read) throws IOException {
    long size = channel.size();
    if (size < known.sizeBytes()) {
      return false;
    }
    boolean hasGrown = size > known.sizeBytes();
    Seen now = hasGrown ? known.now(channel, size) : known;
    if (now == null
        || !known.head().isIn(channel)
        || !known.end().isIn(channel)
        || (hasGrown && !now.end().isIn(channel))
        || (read != null && !read.isIn(channel))) {
      return false;
    }
    seen = now;
    littleKnown |= size > 0 && size < Window.LAST_BYTES;
    return true;
  }

  /**
   * Whether there was a moment when only its first few bytes were known. If it was truncated then,
   * and goes on with the same bytes, nothing in it tells.
   */
  boolean isLittleKnown() {
    return littleKnown;
  }

  /** Whether all that was read of it stands at the beginning of a larger file as well. */
  boolean isReadFrom(Candidate larger) {
    Window read = recent().before(position(), position());
    return read != null && read.offset() == 0 && larger.beginsWith(read);
  }

  /**
   * If nothing is gone but the end of its last line, as its writer does when it was killed in the
   * middle of one, it is read on from there.
   *
   * @return false if something else has happened to it
   */
  boolean goesOnAfterCut() throws IOException {
    long size = channel.size();
    if (lineStart() == 0 || size < lineStart() || seen.sizeBytes() - position() > MAX_CUT_BYTES) {
      return false;
    }
    Window last = recent().before(lineStart(), position());
    boolean begins = seen.head().length() > lineStart() || seen.head().isIn(channel);
    if (last == null || !begins || !look(Seen.NOTHING, last)) {
      return false;
    }
    cut |= position() > lineStart();
    goBackToLineStart();
    return true;
  }

  /** Whether nothing was in it but a piece of a line, which was read. */
  boolean isPieceOfLine() {
    return lineStart() == 0 && position() > 0 && position() >= seen.sizeBytes();
  }

  /** The piece of a line that was read last may have been taken back, and may go on elsewhere. */
  void tearOff() {
    tornOff = true;
  }

  boolean isTornOff() {
    return tornOff;
  }

  /** Whether there is more to read. */
  boolean hasMore() throws IOException {
    return !finished && channel.size() > position();
  }

  @Override
  int read(ByteBuffer room) throws IOException {
    if (finished) {
      return 0;
    }
    if (cut) {
      cut = false;
      return CUT;
    }
    byte[] bytes = room.array();
    int start = room.arrayOffset() + room.position();
    while (true) {
      int checked = recent().checkedBytes();
      channel.position(position() - checked);
      check.clear().limit(checked);
      int count = (int) channel.read(new ByteBuffer[] {check, room}) - checked;
      if (check.hasRemaining() || !recent().endsWith(check.array(), checked)) {
        return CHANGED;
      }
      if (count <= 0) {
        return 0;
      }
      if (!isAsSeen(bytes, start, count)) {
        return CHANGED;
      }
      int nuls = skipsNuls ? leadingNuls(bytes, start, count) : 0;
      advance(bytes, start, count);
      littleKnown |= position() < Window.LAST_BYTES;
      if (nuls == count) {
        lineStartsHere();
      }
      skipsNuls = skipsNuls && nuls == count;
      if (nuls < count) {
        System.arraycopy(bytes, start + nuls, bytes, start, count - nuls);
        return count - nuls;
      }
      room.position(start - room.arrayOffset());
    }
  }

  /** Of what is read now, the first bytes of the file may have been seen by a look before. */
  private boolean isAsSeen(byte[] bytes, int start, int count) {
    byte[] begins = seen.beginning();
    int from = (int) Math.min(position(), begins.length);
    int length = Math.min(count, begins.length - from);
    return Arrays.equals(bytes, start, start + length, begins, from, from + length);
  }

  /** A writer that does not append leaves a hole in a file that was truncated under it. */
  private static int leadingNuls(byte[] bytes, int from, int count) {
    int nuls = 0;
    while (nuls < count && bytes[from + nuls] == 0) {
      nuls++;
    }
    return nuls;
  }

  @Override
  byte[] beginning(int count) throws IOException {
    byte[] begins = seen.beginning();
    return begins.length == 0
        ? Window.read(channel, 0, count)
        : Arrays.copyOf(begins, Math.min(count, begins.length));
  }

  /** Whether both begin alike, as far as the shorter one goes, and are not empty. */
  boolean beginsAs(PlainFile other) {
    byte[] ours = seen.beginning();
    byte[] theirs = other.seen.beginning();
    int length = Math.min(ours.length, theirs.length);
    return length > 0 && Arrays.equals(ours, 0, length, theirs, 0, length);
  }

  @Override
  Window head() {
    return seen.head();
  }

  /** What stood at its end when it was seen last. */
  Window end() {
    return seen.end();
  }

  @Override
  long knownBytes() {
    return Math.max(seen.sizeBytes(), position());
  }

  @Override
  boolean isFinal() {
    return sealed || finished;
  }

  @Override
  void close() {
    if (!channelHandedOn) {
      closeQuietly(channel);
    }
  }

  static void closeQuietly(AutoCloseable closed) {
    try {
      closed.close();
    } catch (Exception e) {
      // It was only read from: there is nothing that could be lost, and nobody to tell.
    }
  }
}
