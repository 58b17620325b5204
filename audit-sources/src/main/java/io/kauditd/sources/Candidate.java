// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.files.Place;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file beside a log that may hold lines that were not read, open, so that it stays what it is.
 * Guarded by the {@link Trail}.
 */
final class Candidate {
  private final @Nullable PlainFile plain;
  private final @Nullable Packed packed;
  private final FileStat stat;
  private boolean wasEmpty;
  private int index;
  private @Nullable FileId packedAs;
  private long brokenBytes = -1; // so large it was when it could not be decompressed

  /** A compressed file. */
  record Packed(Path name, FileStat stat, FileChannel file) {}

  private Candidate(@Nullable PlainFile plain, @Nullable Packed packed, FileStat stat, int index) {
    this.plain = plain;
    this.packed = packed;
    this.stat = stat;
    this.wasEmpty = stat.sizeBytes() == 0;
    this.index = index;
  }

  /**
   * Opens a file.
   *
   * @param index its place among the rotated files, the oldest first
   * @throws IOException also if another file has its name by now
   */
  static Candidate open(Siblings.Sibling sibling, int index) throws IOException {
    Path name = sibling.path();
    try (Place place = Place.at(name)) {
      FileStat now = FileStat.of(place);
      if (!now.id().isSameAs(sibling.stat().id())) {
        throw new NoSuchFileException(name.toString());
      }
      return sibling.isPacked()
          ? new Candidate(null, new Packed(name, now, now.open(place)), now, index)
          : new Candidate(PlainFile.open(name, place), null, sibling.stat(), index);
    }
  }

  @Nullable PlainFile plain() {
    return plain;
  }

  @Nullable Packed packed() {
    return packed;
  }

  FileStat stat() {
    return stat;
  }

  FileId id() {
    return stat.id();
  }

  Path name() {
    return plain != null ? plain.name() : packed != null ? packed.name() : Path.of("");
  }

  long modifiedNs() {
    return plain != null ? plain.modifiedNs() : stat.modifiedNs();
  }

  /** Its place among the rotated files, the oldest first; -1 if it has no name any more. */
  int index() {
    return index;
  }

  /** It was seen again, or not. */
  void seenAt(Siblings.@Nullable Sibling sibling, int place) {
    index = place;
    if (plain != null && sibling != null) {
      plain.seenAt(sibling.path(), sibling.stat());
    }
  }

  /** The compressed file that was made of it; null if none is known. */
  @Nullable FileId packedAs() {
    return packedAs;
  }

  /** Whether a compressed file was made of this one, which is remembered. */
  boolean isPackedIn(Candidate other) {
    if (plain == null || other.packed == null) {
      return false;
    }
    try {
      plain.look();
      boolean made = Contents.isOf(content(other.packed), plain.head(), plain.knownBytes());
      if (made) {
        packedAs = other.id();
      }
      return made;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a compressor made it of a file as that is now. */
  boolean isMadeOf(PlainFile file) {
    try {
      return packed != null && isOf(content(packed), file);
    } catch (IOException e) {
      return false;
    }
  }

  private static PackedFile.Content content(Packed file) throws IOException {
    return PackedFile.content(file.name(), file.file());
  }

  /** The part that begins at some offset. */
  TrailFile openAt(long offset) throws IOException {
    if (packed != null) {
      return PackedFile.open(packed.name(), packed.stat(), packed.file(), offset);
    }
    if (plain == null) {
      throw new IllegalStateException("neither plain nor packed");
    }
    plain.startAt(offset);
    return plain;
  }

  /**
   * The copy of a file that was truncated, from where that one was read to. Its writer goes on
   * behind it with the rest of the line that the copy may end in.
   */
  TrailFile openAsCopyOf(PlainFile file, long size) throws IOException {
    TrailFile part = openAt(Math.min(file.position(), size));
    part.seal();
    if (size >= file.knownBytes()) {
      part.goOnInNext();
    }
    return part;
  }

  /** Whether nothing is in it so far. */
  boolean isEmpty() throws IOException {
    if (plain == null) {
      return stat.sizeBytes() == 0;
    }
    plain.look();
    return plain.knownBytes() == 0;
  }

  /** Whether it has what stood in a file up to a place, and perhaps more; false if nobody knows. */
  boolean holds(FilePlace place) {
    try {
      if (plain != null) {
        return plain.knownBytes() >= place.offset()
            && place.head().isIn(plain.channel())
            && place.last().isIn(plain.channel());
      }
      return packed != null && Packing.of(packed.name()) != null && holds(packed, place);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean holds(Packed file, FilePlace place) throws IOException {
    TrailFile part = PackedFile.open(file.name(), file.stat(), file.file(), place.offset());
    return content(file).beginsAs(place.head())
        && place.last().equals(part.recent().before(place.offset(), place.offset()));
  }

  /** Whether it is a file of which nothing was left to be read, or made of it by a compressor. */
  boolean isStill(ReadFile read) {
    try {
      Contents.Content content = read.content();
      boolean same = id().isSameAs(read.id());
      if (packed != null) {
        return content.isPacked()
            ? same && content.sizeBytes() == stat.sizeBytes()
            : Contents.isOf(content(packed), content.head(), content.sizeBytes());
      }
      return same && plain != null && (content.sizeBytes() == 0 ? isEmpty() : content.isIn(plain));
    } catch (IOException e) {
      return false; // its compressor is not done
    }
  }

  /** Nothing was in it before it was seen to have changed. */
  void wasEmptyBefore() {
    wasEmpty = true;
  }

  /** Whether nothing was in it when it was seen first, and something is now. */
  boolean isFilled() throws IOException {
    return wasEmpty && plain != null && !isEmpty();
  }

  /** Its size as far as it is a copy of a file that was truncated, -1 if it is none. */
  long sizeAsCopyOf(PlainFile file) {
    try {
      if (packed != null) {
        return packedSizeAsCopyOf(packed, file);
      }
      if (plain == null) {
        return -1;
      }
      plain.look();
      return Contents.isCopy(plain, file) ? plain.knownBytes() : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private long packedSizeAsCopyOf(Packed candidate, PlainFile file) throws IOException {
    PackedFile.Content content = content(candidate);
    Window head = file.head();
    if (head.length() == 0 || !content.beginsAs(head)) {
      return -1;
    }
    long read = file.position();
    PackedFile part = PackedFile.open(candidate.name(), candidate.stat(), candidate.file(), read);
    Window wanted = file.recent().before(read, read);
    return wanted == null || wanted.equals(part.recent().before(read, read))
        ? Math.max(content.sizeBytes(), read)
        : -1;
  }

  /** Whether it may be a copy, perhaps not yet a whole one, of what stands in a file now. */
  boolean mayBeCopyOf(PlainFile file) {
    try {
      if (packed != null) {
        PackedFile.Content content = content(packed);
        return content.isBeginningOf(file.beginning(Window.HEAD_BYTES), file.knownBytes());
      }
      return plain != null
          && plain.look()
          && plain.head().length() > 0
          && plain.head().isIn(file.channel())
          && plain.end().isIn(file.channel());
    } catch (IOException e) {
      return packed != null; // its compressor is not done
    }
  }

  /**
   * Whether it is a copy of what a log held before it was truncated, although nobody saw that the
   * log was truncated: it has grown again, and begins as it did.
   */
  boolean isMissedCopyOf(PlainFile log) {
    return mayBeMissedCopyOf(log) && !mayBeCopyOf(log);
  }

  /** The same of a file that may as well be a copy of the log as it is. */
  boolean mayBeMissedCopyOf(PlainFile log) {
    // A log that was renamed while it was empty, and is written to now, is as old as its next one.
    long bornLaterNs = id().birthNs() - log.id().birthNs();
    return bornLaterNs >= (wasEmpty ? TrailFile.CLOCK_GRAIN_NS : 0)
        && (plain != null ? plain.knownBytes() > 0 : log.isLittleKnown() && isWhole());
  }

  /** Whether it begins with some bytes. */
  boolean beginsWith(Window beginning) {
    try {
      return packed != null
          ? content(packed).beginsAs(beginning)
          : plain != null && beginning.isIn(plain.channel());
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether nothing is in it but the beginning of a line. */
  boolean isPieceOfLine() throws IOException {
    if (packed != null) {
      return Contents.isPieceOfLine(content(packed).head());
    }
    return plain != null && Contents.isPieceOfLine(plain.beginning(Window.HEAD_BYTES));
  }

  /** Whether it begins with all that is in another one, and perhaps has more behind it. */
  boolean beginsWithAllOf(Candidate other) {
    try {
      return holds(other.endPlace());
    } catch (IOException e) {
      return false;
    }
  }

  /** Its end, as a checkpoint would remember it. */
  private FilePlace endPlace() throws IOException {
    if (packed != null) {
      long size = content(packed).sizeBytes();
      FilePlace end = PackedFile.open(packed.name(), packed.stat(), packed.file(), size).place();
      if (end != null) {
        return end;
      }
    } else if (plain != null) {
      plain.look();
      return new FilePlace(id(), name().toString(), plain.knownBytes(), plain.head(), plain.end());
    }
    throw new IOException("its end cannot be read");
  }

  /** Whether its compressor is done; a file that is not compressed is whole. */
  boolean isWhole() {
    if (packed == null) {
      return true;
    }
    try {
      long size = packed.file().size();
      if (size != brokenBytes) {
        brokenBytes = size;
        PackedFile.readAll(packed.name(), packed.file());
        brokenBytes = -1;
      }
    } catch (IOException e) {
      // it is looked at again when it has grown
    }
    return brokenBytes < 0;
  }

  /** Whether its lines were read, or will be read, from another file. */
  boolean isKnown(Contents read, List<PlainFile> ours, Collection<TrailFile> taken)
      throws IOException {
    if (packed != null) {
      PackedFile.Content content = content(packed);
      return read.has(content)
          || ours.stream().anyMatch(other -> isOf(content, other) || isOfLess(content, other))
          || taken.stream().anyMatch(other -> isOf(content, other));
    }
    if (plain == null) {
      return true;
    }
    plain.look();
    return read.has(plain) || ours.stream().anyMatch(other -> Contents.same(plain, other));
  }

  private static boolean isOf(PackedFile.Content content, TrailFile other) {
    return Contents.isOf(content, other.head(), other.knownBytes());
  }

  /** Whether it was made of a file when that one held less: its writer went on writing to it. */
  private boolean isOfLess(PackedFile.Content content, PlainFile other) {
    try {
      return content.sizeBytes() < other.knownBytes()
          && content.beginsAs(other.head())
          && endPlace().last().isIn(other.channel());
    } catch (IOException e) {
      return false;
    }
  }

  boolean isAmong(Collection<TrailFile> parts) {
    return parts.stream().anyMatch(part -> part == plain || part.id().equals(id()));
  }

  void close() {
    if (packed != null) {
      PlainFile.closeQuietly(packed.file());
    } else if (plain != null) {
      plain.close();
    }
  }
}
