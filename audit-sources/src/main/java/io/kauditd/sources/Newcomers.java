// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rotated files that were not there at the last rotation: copies of the log, or files that were the
 * log for less time than passes between two looks. Guarded by the {@link Trail}.
 */
final class Newcomers {
  private static final int ATTEMPTS = 10;

  /** A directory that changed so short a time ago may change again without showing it. */
  private static final long CLOCK_GRAIN_NS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Of its time, a look at the directory takes this part at most. */
  private static final int SHARE = 20;

  private final Siblings siblings;
  private final Predicate<FileId> heldElsewhere;
  private final RecordSink sink;
  private final OldFiles old;
  private final HeldFiles held = new HeldFiles();
  private List<FileId> present = List.of();
  private List<Siblings.Sibling> listed = List.of();
  private long listedChangeNs = -1;
  private long nextListNs = System.nanoTime();

  Newcomers(Siblings siblings, Predicate<FileId> heldElsewhere, RecordSink sink) {
    this.siblings = siblings;
    this.heldElsewhere = heldElsewhere;
    this.sink = sink;
    this.old = new OldFiles(heldElsewhere);
  }

  /** What is there now is old. */
  void begin() {
    setOld(siblings.list());
  }

  private void setOld(List<Siblings.Sibling> list) {
    old.are(list);
    present = list.stream().map(sibling -> sibling.stat().id()).toList();
  }

  /** A file was read to its end. */
  void wasRead(PlainPart part) {
    old.wasRead(part);
  }

  /** Whether no name of a rotated file leads to it, as far as is known. */
  boolean isGone(FileId id) {
    return present.stream().noneMatch(other -> other.isSameAs(id));
  }

  /** Looks at the directory, if something has changed in it. */
  void look(Consumer<Siblings.Sibling> seen) {
    long changed = siblings.changedNs();
    long age = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - changed;
    if ((changed == listedChangeNs && age > CLOCK_GRAIN_NS) || System.nanoTime() - nextListNs < 0) {
      return;
    }
    long start = System.nanoTime();
    List<Siblings.Sibling> list = siblings.list();
    listedChangeNs = changed;
    present = list.stream().map(sibling -> sibling.stat().id()).toList();
    list.forEach(sibling -> {
      seen.accept(sibling);
      if (old.isNew(sibling)) {
        held.hold(sibling);
      }
    });
    long end = System.nanoTime();
    nextListNs = end + SHARE * (end - start);
  }

  /**
   * Whether there is a copy of what stood in a file that was empty at the last look, and had been
   * truncated before this one.
   */
  boolean holdsCopyOfUnseen(PlainPart file) throws IOException {
    return held.haveCopyOfUnseen(file, old.read());
  }

  /** Another file stands at the path: takes those that stood there in between. */
  void takeMissed(
      @Nullable PlainPart before, PlainPart now, List<PlainPart> ours, Collection<Part> target) {
    long sinceNs = before == null ? Long.MAX_VALUE : before.id().birthNs();
    List<PlainPart> others = new ArrayList<>(ours);
    others.add(now);
    List<Candidate> candidates = candidates(now.id());
    int rotated = before == null ? -1 : indexOf(before.id());
    var missed = new ArrayList<Part>();
    for (Candidate candidate : candidates) {
      if (candidate.modifiedNs() >= sinceNs
          && candidate.index() >= rotated
          && !isYounger(candidate, now)) {
        takeUnlessKnown(candidate, others, missed);
      }
    }
    missed.forEach(Part::goOnInNext); // it may be a copy of what was then truncated
    target.addAll(missed);
    end(candidates, target, listed, now);
  }

  /** Where a file stands among those listed, which is its age; -1 if it is not there. */
  private int indexOf(FileId id) {
    for (int i = 0; i < listed.size(); i++) {
      if (listed.get(i).stat().id().isSameAs(id)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The file at the path was truncated: takes the copy that was made of it, where that goes on, and
   * those of what was written and truncated since.
   *
   * @param again the file as it is now
   * @param standsAtPath whether it is still the log
   * @return the size of the copy, -1 if there is none
   */
  long takeCopies(
      PlainPart file,
      PlainPart again,
      boolean standsAtPath,
      List<PlainPart> ours,
      Collection<Part> target)
      throws IOException {
    List<Candidate> candidates = candidates(file.id());
    int rotated = indexOf(file.id());
    if (rotated >= 0) { // by now; what is younger than it is no copy of it
      candidates.removeIf(candidate -> candidate.index() > rotated);
      listed = listed.subList(0, rotated);
    }
    boolean isRotated = rotated >= 0 || !standsAtPath;
    Candidate copy = null;
    long size = -1;
    for (Candidate candidate : candidates) {
      long found = candidate.sizeAsCopyOf(file);
      if (found >= size && found >= 0) {
        copy = candidate;
        size = found;
      }
    }
    if (copy == null) {
      copy = overwrittenCopyOf(file);
      size = copy == null ? -1 : copy.sizeAsCopyOf(file);
    }
    if (copy != null) {
      target.add(copy.openAsCopyOf(file, size));
      file.goOnInNext();
    }
    var copies = new ArrayList<Part>();
    for (Candidate candidate : candidates) {
      if (!candidate.equals(copy)
          && (!isRotated || candidate.index() < rotated)
          && candidate.sizeAsCopyOf(file) < 0
          && !candidate.mayBeCopyOf(again)) {
        takeUnlessKnown(candidate, ours, copies);
      }
    }
    for (Part part : copies) {
      part.seal();
      part.goOnInNext();
    }
    target.addAll(copies);
    if (isRotated && rotated < 0) { // the others may be younger
      listed = List.of();
      candidates.removeIf(candidate -> !candidate.isAmong(target));
    }
    end(candidates, target, listed, again);
    return size;
  }

  /** A copy that was written over an older one, into the same file; null if there is none. */
  private @Nullable Candidate overwrittenCopyOf(PlainPart file) {
    for (Siblings.Sibling sibling : listed) {
      if (old.has(sibling) && sibling.stat().modifiedNs() >= old.modifiedNs()) {
        try {
          Candidate candidate = Candidate.open(sibling, 0);
          if (candidate.sizeAsCopyOf(file) >= 0) {
            return candidate;
          }
          candidate.close();
        } catch (IOException e) {
          // It has another name by now, so it is no copy that was just made.
        }
      }
    }
    return null;
  }

  /**
   * New files, the oldest first, each open. Those that are held and have no name any more come
   * first. While files are renamed it begins anew.
   */
  private List<Candidate> candidates(FileId except) {
    for (int attempt = 0; ; attempt++) {
      var found = new ArrayList<Candidate>();
      listed = siblings.list();
      try {
        addNamed(found, except, attempt == ATTEMPTS);
      } catch (IOException e) {
        found.forEach(Candidate::closeUnlessHeld);
        continue;
      }
      var all = new ArrayList<Candidate>();
      for (PlainPart part : held.without(listed)) {
        if (!part.id().isSameAs(except) && !heldElsewhere.test(part.id())) {
          all.add(new Candidate(part, null, true, 0));
        }
      }
      all.addAll(found);
      return all;
    }
  }

  private void addNamed(List<Candidate> found, FileId except, boolean last) throws IOException {
    for (int i = 0; i < listed.size(); i++) {
      Siblings.Sibling sibling = listed.get(i);
      FileId id = sibling.stat().id();
      if (old.isNew(sibling)
          && !id.isSameAs(except)
          && !(sibling.isPacked() && isBeingPacked(sibling.path()))) {
        PlainPart part = held.find(id);
        try {
          found.add(part != null ? new Candidate(part, null, true, i) : Candidate.open(sibling, i));
        } catch (IOException e) {
          if (!last) {
            throw e;
          }
          reportUnread(sibling.path(), e);
        }
      }
    }
  }

  /** A compressor removes the file when its copy is complete. */
  private boolean isBeingPacked(Path packed) {
    Path plain = Path.of(RotatedName.unpacked(packed.toString()));
    return listed.stream().anyMatch(sibling -> sibling.path().equals(plain));
  }

  private void takeUnlessKnown(Candidate candidate, List<PlainPart> ours, Collection<Part> target) {
    try {
      if (!candidate.isKnown(old.read(), ours, target)) {
        target.add(candidate.openAt(0));
      }
    } catch (IOException e) {
      reportUnread(candidate.name(), e);
    }
  }

  private void reportUnread(Path file, IOException cause) {
    sink.problem(
        Failures.of("read " + file, cause).getMessage()
            + "; it may hold lines that are in no other file");
  }

  /**
   * Whether a file came after another one: it is a copy of it, or the log was rotated again before
   * the directory was looked at. What it is shows later.
   */
  private boolean isYounger(Candidate candidate, PlainPart now) {
    return candidate.isYoungerThan(now, indexOf(now.id())) || candidate.mayBeCopyOf(now);
  }

  /** What was looked at is not new any more, unless it came after what stands at the path. */
  private void end(
      List<Candidate> candidates,
      Collection<Part> taken,
      List<Siblings.Sibling> seen,
      PlainPart now) {
    var stillNew = new ArrayList<FileId>();
    for (Candidate candidate : candidates) {
      boolean isTaken = candidate.isAmong(taken);
      if (!isTaken && isYounger(candidate, now)) {
        stillNew.add(candidate.id());
        candidate.closeUnlessHeld();
      } else {
        held.letGo(candidate.plain());
        if (!isTaken) {
          candidate.close();
        }
      }
    }
    held.letGo(heldElsewhere);
    var known = new ArrayList<>(seen);
    known.removeIf(sibling -> stillNew.stream().anyMatch(id -> id.isSameAs(sibling.stat().id())));
    setOld(known);
  }

  void close() {
    held.close();
  }
}
