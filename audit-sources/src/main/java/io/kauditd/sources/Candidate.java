// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file beside a log that was not there before, open, so that it stays what it is.
 *
 * @param plain the file, if it is not compressed
 * @param packed the file, if it is
 * @param held whether it was open before
 * @param index its place among the rotated files, the oldest first
 */
record Candidate(@Nullable PlainPart plain, @Nullable Packed packed, boolean held, int index) {
  private static final FileId NO_FILE = new FileId(-1, -1, 0);

  /** A compressed file. */
  record Packed(Path name, FileStat stat, FileChannel file) {}

  /**
   * Opens a file.
   *
   * @throws IOException also if another file has its name by now
   */
  static Candidate open(Siblings.Sibling sibling, int index) throws IOException {
    if (!sibling.isPacked()) {
      PlainPart part = PlainPart.open(sibling.path());
      if (!part.id().isSameAs(sibling.stat().id())) {
        part.close();
        throw new NoSuchFileException(sibling.path().toString());
      }
      return new Candidate(part, null, false, index);
    }
    FileChannel file = FileChannel.open(sibling.path(), StandardOpenOption.READ);
    FileStat now = FileStat.of(sibling.path());
    if (now == null || !now.id().isSameAs(sibling.stat().id())) {
      file.close();
      throw new NoSuchFileException(sibling.path().toString());
    }
    return new Candidate(null, new Packed(sibling.path(), now, file), false, index);
  }

  Path name() {
    return plain != null ? plain.name() : packed != null ? packed.name() : Path.of("");
  }

  long modifiedNs() {
    return plain != null ? plain.modifiedNs() : packed != null ? packed.stat().modifiedNs() : 0;
  }

  private static PackedPart.Content content(Packed file) throws IOException {
    return PackedPart.content(file.name(), file.file());
  }

  /** The part that begins at some offset. */
  Part openAt(long offset) throws IOException {
    if (packed != null) {
      return PackedPart.open(packed.name(), packed.stat(), packed.file(), offset);
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
  Part openAsCopyOf(PlainPart file, long size) throws IOException {
    Part part = openAt(Math.min(file.position(), size));
    part.seal();
    if (size >= file.knownBytes()) {
      part.goOnInNext();
    }
    return part;
  }

  /** Its size as far as it is a copy of a file that was truncated, -1 if it is none. */
  long sizeAsCopyOf(PlainPart file) {
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

  private long packedSizeAsCopyOf(Packed candidate, PlainPart file) throws IOException {
    PackedPart.Content content = content(candidate);
    Window head = file.head();
    if (head.length() == 0 || !content.beginsAs(head)) {
      return -1;
    }
    long read = file.position();
    PackedPart part = PackedPart.open(candidate.name(), candidate.stat(), candidate.file(), read);
    Window wanted = file.recent().before(read, read);
    return wanted == null || wanted.equals(part.recent().before(read, read))
        ? Math.max(content.sizeBytes(), read)
        : -1;
  }

  /** Whether its lines were read, or will be read, from another file. */
  boolean isKnown(Contents read, List<PlainPart> ours, Collection<Part> taken) throws IOException {
    if (packed != null) {
      PackedPart.Content content = content(packed);
      return read.has(content)
          || ours.stream().anyMatch(other -> isOf(content, other))
          || taken.stream().anyMatch(other -> isOf(content, other));
    }
    if (plain == null) {
      return true;
    }
    plain.look();
    return read.has(plain) || ours.stream().anyMatch(other -> Contents.same(plain, other));
  }

  private static boolean isOf(PackedPart.Content content, Part other) {
    return Contents.isOf(content, other.head(), other.knownBytes());
  }

  /**
   * Whether it was begun after another file.
   *
   * @param indexOfOther where that stands among the rotated files, -1 if it is none
   */
  boolean isYoungerThan(PlainPart other, int indexOfOther) {
    long otherNs = other.id().birthNs();
    // Of a compressed file nobody knows the birth: its writer may have written on after the next.
    long bornNs = plain != null ? plain.id().birthNs() : 0;
    return (bornNs == otherNs || bornNs == 0 || otherNs == 0)
        ? indexOfOther >= 0 && index > indexOfOther
        : bornNs > otherNs;
  }

  /** Whether it was made of what stands at the path now, which may be truncated any moment. */
  boolean mayBeCopyOf(PlainPart now) {
    long bornNs = plain != null ? plain.id().birthNs() : modifiedNs();
    return (bornNs == 0 || bornNs >= now.id().birthNs()) && sizeAsCopyOf(now) >= 0;
  }

  FileId id() {
    return plain != null ? plain.id() : packed != null ? packed.stat().id() : NO_FILE;
  }

  boolean isAmong(Collection<Part> parts) {
    return parts.stream().anyMatch(part -> part == plain || part.id().equals(id()));
  }

  void closeUnlessHeld() {
    if (!held) {
      close();
    }
  }

  void close() {
    if (packed != null) {
      PlainPart.closeQuietly(packed.file());
    } else if (plain != null) {
      plain.close();
    }
  }
}
