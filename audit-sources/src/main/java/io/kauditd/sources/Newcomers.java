// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rotated files that appeared while the log is followed, each held open until it is known what it
 * is: a copy of what stands in the log now, or a file whose lines are to be read. Guarded by the
 * {@link Trail}.
 */
final class Newcomers {
  private static final int ATTEMPTS = 20;

  /** So many are held open between two rotations; the others are found again by their names. */
  private static final int MAX_HELD = 16;

  /** So many files are remembered that are not there any more. */
  private static final int MAX_KNOWN = 4096;

  /** A directory that changed so short a time ago may change again without showing it. */
  private static final long CLOCK_GRAIN_NS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Of its time, a look at the directory takes this part at most. */
  private static final int SHARE = 20;

  private final Siblings siblings;
  private final Predicate<FileId> heldElsewhere;
  private final Predicate<PackedFile.Content> madeOfHeld;
  private final RecordSink sink;
  private final Contents read = new Contents();
  private final Map<Key, Known> known = new HashMap<>();
  private final Set<Path> unreadSaid = new HashSet<>();
  private final List<Candidate> waiting = new ArrayList<>();
  private final Compressors compressors = new Compressors();
  private boolean compressorIsAtWork; // which no change of the directory tells
  private List<Siblings.Sibling> listed = List.of();
  private @Nullable List<ReadFile> readFiles; // until something changes
  private long listedChangeNs = -1;
  private long nextListNs = System.nanoTime();

  private record Key(long device, long inode) {
    static Key of(FileId id) {
      return new Key(id.device(), id.inode());
    }
  }

  /** A file that holds nothing to be read. */
  private record Known(FileStat stat, Contents.Content content) {}

  /**
   * None so far.
   *
   * @param heldElsewhere which files are read, or wait to be
   * @param madeOfHeld what a compressor made of one of them
   */
  Newcomers(
      Siblings siblings,
      Predicate<FileId> heldElsewhere,
      Predicate<PackedFile.Content> madeOfHeld,
      RecordSink sink) {
    this.siblings = siblings;
    this.heldElsewhere = heldElsewhere;
    this.madeOfHeld = madeOfHeld;
    this.sink = sink;
  }

  /**
   * Begins.
   *
   * @param there what was there: it is old
   * @param isRead which of these are parts now
   * @param copies which may be copies of the log, and wait until it is truncated
   */
  void begin(List<Candidate> there, Predicate<Candidate> isRead, List<Candidate> copies) {
    for (Candidate candidate : there) {
      PlainFile plain = candidate.plain();
      if (isRead.test(candidate)) {
        took(candidate);
      } else if (copies.contains(candidate)) {
        waiting.add(candidate);
      } else {
        if (plain != null) {
          read.add(plain);
        }
        forget(candidate);
      }
    }
    try {
      listed = siblings.list();
    } catch (MovingFilesException e) {
      listed = List.of(); // the first look lists them
    }
    readFiles = null;
  }

  /** The rotated files that are there, as far as is known, and hold nothing to be read. */
  List<ReadFile> readFiles() {
    List<ReadFile> files = readFiles;
    if (files == null) {
      files = new ArrayList<>();
      for (Siblings.Sibling sibling : listed) {
        FileId id = sibling.stat().id();
        Known file = known.get(Key.of(id));
        if (file != null && file.stat().id().isSameAs(id)) {
          files.add(new ReadFile(file.stat().id(), file.content()));
        }
      }
      files = List.copyOf(files);
      readFiles = files;
    }
    return files;
  }

  private void know(FileStat stat, Contents.Content content) {
    known.put(Key.of(stat.id()), new Known(stat, content));
    readFiles = null;
  }

  /** A file was read to its end. */
  void wasRead(PlainFile part) {
    read.add(part);
    Contents.Content content = Contents.contentOf(part);
    var stat = new FileStat(part.id(), content.sizeBytes(), part.modifiedNs(), 0);
    know(stat, content);
  }

  /** Whether no name of a rotated file leads to it, as far as is known. */
  boolean isGone(FileId id) {
    return indexOf(id) < 0;
  }

  /** Where a file stood among the rotated files at the last look, the oldest first; or -1. */
  int indexOf(FileId id) {
    for (int i = 0; i < listed.size(); i++) {
      if (listed.get(i).stat().id().isSameAs(id)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Looks at the directory, if something has changed in it.
   *
   * @return whether there are files that were not there before
   */
  boolean look(Consumer<Siblings.Sibling> seen) throws MovingFilesException {
    long changed = siblings.changedNs();
    long age = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - changed;
    boolean isSame = changed == listedChangeNs && age > CLOCK_GRAIN_NS && !compressorIsAtWork;
    if (isSame || System.nanoTime() - nextListNs < 0) {
      return false;
    }
    long start = System.nanoTime();
    List<Candidate> before = List.copyOf(waiting);
    list();
    listedChangeNs = changed;
    listed.forEach(seen);
    boolean any = !before.containsAll(waiting);
    letSomeGo();
    long end = System.nanoTime();
    nextListNs = end + SHARE * (end - start);
    return any;
  }

  private void letSomeGo() {
    for (int i = 0; i < waiting.size() && waiting.size() > MAX_HELD; ) {
      if (waiting.get(i).index() >= 0 && waiting.get(i).packedAs() == null) {
        waiting.remove(i).close();
      } else {
        i++;
      }
    }
  }

  /**
   * The files that are not known yet, the oldest first.
   *
   * @throws MovingFilesException if they are renamed all the time: some may have been missed
   */
  List<Candidate> list() throws MovingFilesException {
    for (int attempt = 0; !listOnce(attempt == ATTEMPTS); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new MovingFilesException(siblings.log());
      }
    }
    for (Candidate candidate : waiting) {
      int index = indexOf(candidate.id());
      FileId packedAs = candidate.packedAs();
      candidate.seenAt(
          index < 0 ? null : listed.get(index),
          index < 0 && packedAs != null ? indexOf(packedAs) : index);
    }
    waiting.sort(Comparator.comparingInt(Candidate::index));
    if (known.size() > MAX_KNOWN) {
      known.values().removeIf(file -> isGone(file.stat().id()));
    }
    return List.copyOf(waiting);
  }

  /** Lists them; false if one had another name before it could be opened. */
  private boolean listOnce(boolean last) throws MovingFilesException {
    listed = siblings.list();
    readFiles = null;
    try {
      addNew(last);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void addNew(boolean last) throws IOException {
    compressorIsAtWork = false;
    for (int i = 0; i < listed.size(); i++) {
      Siblings.Sibling sibling = listed.get(i);
      FileId id = sibling.stat().id();
      if (heldElsewhere.test(id)
          || waiting.stream().anyMatch(other -> other.id().isSameAs(id))
          || (sibling.isPacked() && Siblings.isPackedBesideIt(sibling, listed))) {
        continue;
      }
      try {
        if (!isKnown(sibling)) {
          add(Candidate.open(sibling, i));
        }
      } catch (IOException e) {
        if (e instanceof AccessDeniedException || (last && !(e instanceof NoSuchFileException))) {
          reportUnread(sibling.path(), e);
        } else {
          throw e;
        }
      }
    }
  }

  private void add(Candidate found) {
    if (isBeingPacked(found)) {
      compressorIsAtWork = true;
      found.close();
      return;
    }
    for (Candidate other : waiting) {
      if (isGone(other.id()) && other.isPackedIn(found)) {
        forget(found);
        return;
      }
    }
    Known before = known.get(Key.of(found.id()));
    if (before != null
        && before.stat().id().isSameAs(found.id())
        && before.stat().sizeBytes() == 0) {
      found.wasEmptyBefore();
    }
    waiting.add(found);
  }

  /** Whether it is not complete. What was made of a known file need not be decompressed. */
  private boolean isBeingPacked(Candidate found) {
    Candidate.Packed packed = found.packed();
    return packed != null && !isMadeOfKnown(found, packed) && compressors.isAtWork(packed);
  }

  private boolean isMadeOfKnown(Candidate found, Candidate.Packed packed) {
    try {
      PackedFile.Content content = PackedFile.content(packed.name(), packed.file());
      return madeOfHeld.test(content)
          || read.has(content)
          || waiting.stream().anyMatch(other -> other.isPackedIn(found));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it is a known file that holds what it held, and perhaps more behind it. */
  private boolean isKnown(Siblings.Sibling sibling) throws IOException {
    FileStat now = sibling.stat();
    Known before = known.get(Key.of(now.id()));
    if (before == null || !before.stat().id().isSameAs(now.id())) {
      return false;
    }
    boolean sameSize = before.stat().sizeBytes() == now.sizeBytes();
    Contents.Content content = before.content();
    if (content.isPacked()
        || (sameSize && before.stat().modifiedNs() == now.modifiedNs())
        || now.sizeBytes() == 0) {
      return sameSize || now.sizeBytes() == 0;
    }
    PlainFile part = PlainFile.open(sibling.path());
    try {
      boolean same = part.id().isSameAs(now.id()) && content.isIn(part);
      if (same) {
        know(now, content);
      }
      return same;
    } finally {
      part.close();
    }
  }

  /**
   * Whether there is one that may be a copy of what stood in the log before it was truncated,
   * although the log went on with the bytes that were known of it.
   */
  boolean hasMissedCopyOf(PlainFile log) {
    return waiting.stream().anyMatch(candidate -> candidate.isMissedCopyOf(log));
  }

  /** Files that were empty when they were first seen, and are not any more. */
  List<Candidate> filled() throws IOException {
    var filled = new ArrayList<Candidate>();
    for (Candidate candidate : waiting) {
      if (candidate.isFilled()) {
        filled.add(candidate);
      }
    }
    return filled;
  }

  /** Whether its lines were read, or will be read, from another file. */
  boolean isKnown(Candidate candidate, List<PlainFile> ours, Collection<TrailFile> taken)
      throws IOException {
    return candidate.isKnown(read, ours, taken);
  }

  /** It is a part now. */
  void took(Candidate candidate) {
    waiting.remove(candidate);
    if (candidate.packed() != null) {
      know(candidate.stat(), Contents.Content.packed(candidate.stat().sizeBytes()));
    }
  }

  /** It holds nothing to be read. */
  void forget(Candidate candidate) {
    waiting.remove(candidate);
    PlainFile plain = candidate.plain();
    know(
        candidate.stat(),
        plain == null
            ? Contents.Content.packed(candidate.stat().sizeBytes())
            : Contents.contentOf(plain));
    candidate.close();
  }

  void reportUnread(Path file, IOException cause) {
    if (unreadSaid.add(file)) {
      sink.problem(
          Failures.of("read " + file, cause).getMessage()
              + "; it may hold lines that are in no other file");
    }
  }

  void close() {
    waiting.forEach(Candidate::close);
    waiting.clear();
  }
}
