// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of the files that make up a followed log, open, and how far it was read. Guarded by the
 * {@link Trail} that holds it.
 */
abstract sealed class TrailFile permits PlainFile, PackedFile {
  /** The answer of {@link #read} if other bytes stand where it was reading. */
  static final int CHANGED = -1;

  /**
   * The answer of {@link #read} if the piece of a line that was read last is not there any more.
   */
  static final int CUT = -2;

  /**
   * The answer if it begins with a record, so that a line that was unfinished before ends there.
   */
  static final int BEGINS_WITH_RECORD = -3;

  /** Births that lie closer together than this may be told as the same moment, or swapped. */
  static final long CLOCK_GRAIN_NS = TimeUnit.MILLISECONDS.toNanos(10);

  private final FileId id;
  private final Recent recent = new Recent();
  private Path name;
  private long modifiedNs;
  private long position;
  private long lineStart;
  private long lineEnded;
  private boolean goesOnInNext;

  TrailFile(Path name, FileId id, long modifiedNs) {
    this.name = name;
    this.id = id;
    this.modifiedNs = modifiedNs;
  }

  /**
   * Reads on into the room.
   *
   * @return how many bytes it was, 0 at the end, {@link #CHANGED} or {@link #CUT}
   */
  abstract int read(ByteBuffer room) throws IOException;

  /** How it begins. */
  abstract Window head();

  /** As many bytes as it is known to have had. */
  abstract long knownBytes();

  /** Nothing is added to it any more. */
  void seal() {}

  /** Whether nothing can be added to it. */
  abstract boolean isFinal();

  /** Its first bytes, or as many as there are. */
  abstract byte[] beginning(int count) throws IOException;

  /** Whether a line that is unfinished at its end may go on in the next part. */
  final boolean goesOnInNext() {
    return goesOnInNext;
  }

  final void goOnInNext() {
    goesOnInNext = true;
  }

  /** An unfinished line at its end ends there: what is behind it was read before. */
  final void goOnInNone() {
    goesOnInNext = false;
  }

  /**
   * Sees whether it is a copy of a file that comes behind it, which was truncated. Then nothing is
   * added to it any more, and a line that is unfinished at its end goes on in a later part. That
   * line may do so too if the truncated file may be one that is compressed by now.
   */
  final void joinTo(Collection<TrailFile> behind) {
    if (isBornAfter(behind, 0)) {
      seal();
    }
    if (isBornAfter(behind, -CLOCK_GRAIN_NS)
        || behind.stream().anyMatch(PackedFile.class::isInstance)) {
      goOnInNext();
    }
  }

  /**
   * Whether it was made after one of these, by so much. Where nobody knows births, and if it is
   * compressed, it may have been.
   */
  private boolean isBornAfter(Collection<TrailFile> others, long byNs) {
    long bornNs = this instanceof PlainFile ? id.birthNs() : 0;
    return others.stream()
        .filter(PlainFile.class::isInstance)
        .anyMatch(other -> bornNs == 0 || bornNs - other.id.birthNs() > byNs);
  }

  abstract void close();

  final FileId id() {
    return id;
  }

  /** Where it stood when it was last seen. */
  final Path name() {
    return name;
  }

  final long modifiedNs() {
    return modifiedNs;
  }

  final void seenAt(Path where, FileStat stat) {
    name = where;
    modifiedNs = stat.modifiedNs();
  }

  /** Where the next byte is read. */
  final long position() {
    return position;
  }

  /** Where the line begins of which no end was read yet; the position if there is none. */
  final long lineStart() {
    return lineStart;
  }

  final Recent recent() {
    return recent;
  }

  /** So many bytes were read, and stand in an array. */
  final void advance(byte[] bytes, int from, int count) {
    recent.add(bytes, from, count);
    for (int i = count - 1; i >= 0; i--) {
      if (bytes[from + i] == '\n') {
        lineStart = position + i + 1;
        break;
      }
    }
    position += count;
  }

  /** What was read of the line that has no end yet is to be read again, or is gone. */
  final void goBackToLineStart() {
    recent.goBack((int) (position - lineStart));
    position = lineStart;
    lineEnded = 0;
  }

  /** What was read of a line that was not handed over is read again. */
  final void goBackToHandedOver() {
    recent.goBack((int) (position - handedOver()));
    position = handedOver();
  }

  /** It is read again from its start. */
  final void startAgain() {
    recent.goBack((int) position);
    position = 0;
    lineStart = 0;
    lineEnded = 0;
  }

  /** What was read of the line that has no end yet was taken as it was, if it stands in here. */
  final void lineEnded(long unfinishedBytes) {
    if (position - lineStart == unfinishedBytes) {
      lineEnded = position;
    }
  }

  /** Up to where its lines were handed over. */
  final long handedOver() {
    return Math.max(lineStart, lineEnded);
  }

  /** What was read so far belongs to no line. */
  final void lineStartsHere() {
    lineStart = position;
  }

  /** The file is read from here on. */
  final void startAt(long offset, byte[] before) {
    recent.add(before, 0, before.length);
    position = offset;
    lineStart = offset;
  }

  /** What a checkpoint remembers of it: up to where it was handed over; null if too far back. */
  final @Nullable FilePlace place() {
    long offset = handedOver();
    Window last = recent.before(offset, position);
    return last == null ? null : new FilePlace(id, name.toString(), offset, head(), last);
  }

  @Override
  public final String toString() {
    return name.toString();
  }
}
