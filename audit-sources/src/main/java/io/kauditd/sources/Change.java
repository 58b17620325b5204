// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a followed log since the last look: which of the new files beside it are
 * copies, which were the log in between, and in what order all of that is read. It holds for as
 * long as the youngest file at the path stays what it is. Guarded by the {@link Trail}.
 */
final class Change {
  private final @Nullable PlainFile before;
  private final @Nullable PlainFile rest;
  private final @Nullable PlainFile next;
  private final boolean standsThere;
  private final Newcomers newcomers;
  private final Collection<TrailFile> parts;
  private final List<Candidate> candidates;

  /** Nothing in these is to be read. */
  private final List<Candidate> known = new ArrayList<>();

  /** To be read before the log as it was, behind it, and behind what was left of it. */
  private final List<Candidate> older = new ArrayList<>();

  private final List<Candidate> inBetween = new ArrayList<>();
  private final List<Candidate> afterRest = new ArrayList<>();

  /** Copies of the log, which was truncated, and went on with the bytes that were known of it. */
  private final List<Candidate> missed = new ArrayList<>();

  /** The copy of the log as it was before it was truncated. */
  private @Nullable Candidate copy;

  private long copied = -1;

  /** Where the log as it was, or what was left of it, stands among the rotated files; or -1. */
  private int rotated = -1;

  /**
   * Looks at what is beside the log now.
   *
   * @param before the log as it was; null if there was none
   * @param rest the same file, if it was truncated, as it is now
   * @param next the file that stands at the path now, if it is another one
   * @param standsThere whether any file stands at the path
   * @param parts what is to be read already
   */
  Change(
      @Nullable PlainFile before,
      @Nullable PlainFile rest,
      @Nullable PlainFile next,
      boolean standsThere,
      Newcomers newcomers,
      Collection<TrailFile> parts)
      throws MovingFilesException {
    this.before = before;
    this.rest = rest;
    this.next = next;
    this.standsThere = standsThere;
    this.newcomers = newcomers;
    this.parts = parts;
    this.candidates = newcomers.list();
  }

  @Nullable PlainFile before() {
    return before;
  }

  boolean isTruncated() {
    return rest != null;
  }

  /** The size of the copy of the log as it was; -1 if there is none. */
  long copiedBytes() {
    return copied;
  }

  /** What is the log now. */
  @Nullable PlainFile youngest() {
    return next != null ? next : rest != null ? rest : before;
  }

  /** Finds out what each candidate is, beside what is held open already. */
  void sort(List<PlainFile> held) throws IOException {
    var ours = new ArrayList<PlainFile>(held);
    if (rest != null) { // what was left may have been compressed by now, and be here twice
      rest.look();
      ours.add(rest);
    }
    rotated = before == null ? -1 : placeOf(rest != null ? rest : before);
    var shown = new ArrayList<Candidate>();
    for (Candidate candidate : candidates) {
      if (!candidate.isEmpty() && !mayBeCopyOfYoungest(candidate)) { // else it shows later
        shown.add(candidate);
      }
    }
    if (rest != null && before != null) {
      findCopy(shown, before, ours);
    }
    for (Candidate candidate : shown) {
      if (candidate != copy && !known.contains(candidate)) {
        file(candidate, ours);
      }
    }
  }

  /**
   * Finds the copy of a log that was truncated. If little was in the log, much begins as it did:
   * what stands behind a copy and does not begin with all of it was made later, of a log that began
   * alike.
   */
  private void findCopy(List<Candidate> shown, PlainFile log, List<PlainFile> ours)
      throws IOException {
    boolean isApart = false; // something else stands behind the copy
    for (Candidate candidate : shown) {
      long size = candidate.sizeAsCopyOf(log);
      if (size < 0 || !mayBeCopyOfBefore(candidate, size, log, ours)) {
        isApart |= copy != null && mayBeNew(candidate, ours);
        continue;
      }
      boolean isSame = copy != null && candidate.beginsWithAllOf(copy);
      if (copy == null || isCopyInstead(isSame, isApart, size)) {
        if (copy != null && isSame && !isApart) {
          known.add(copy); // made of the same log, when it had less
        }
        copy = candidate;
        copied = size;
        isApart = false;
      }
    }
    if (copy != null && copied < log.knownBytes() && copy.isPieceOfLine()) {
      copy = null;
      copied = -1;
    }
  }

  /** What was there before a log that was not begun is read in its order, whatever it is. */
  private boolean isCopyInstead(boolean isSame, boolean isApart, long size) {
    long wasKnown = before == null ? 0 : before.knownBytes();
    return (!isBegun() && size >= wasKnown) || (isSame && !(isApart && copied >= wasKnown));
  }

  /** Where it stands among the rotated files, or what was made of it before any of it was read. */
  private int placeOf(PlainFile file) {
    int place = newcomers.indexOf(file.id());
    boolean stays = standsThere && next == null;
    if (place >= 0 || (rest == null && (stays || isBegun()))) {
      return place;
    }
    return candidates.stream()
        .filter(candidate -> candidate.isMadeOf(file))
        .mapToInt(Candidate::index)
        .findFirst()
        .orElse(-1);
  }

  /**
   * Whether a file that begins as the log did may be its copy. If little was in the log, much
   * begins so: what is larger may be known, and what was rotated after the rest is younger.
   */
  private boolean mayBeCopyOfBefore(
      Candidate candidate, long size, PlainFile log, List<PlainFile> ours) throws IOException {
    if (rotated >= 0 && candidate.index() > rotated) {
      return false;
    }
    return size <= log.knownBytes()
        || !newcomers.isKnown(
            candidate,
            ours.stream().filter(part -> part != log).toList(),
            parts.stream().filter(part -> part != log).toList());
  }

  private void file(Candidate candidate, List<PlainFile> ours) {
    try {
      if (isOld(candidate, ours)
          || (next != null && !isBehindRotated(candidate) && isCopyOfWhatStood(candidate))) {
        known.add(candidate);
      } else if (rest != null) {
        besideRest(candidate).add(candidate);
      } else if (isMissedCopy(candidate)) {
        missed.add(candidate);
      } else if (rotated >= 0 && !isBehindRotated(candidate)) {
        (!isBegun() ? older : isNoCopyOfBefore(candidate) ? inBetween : known).add(candidate);
      } else if (next != null || rotated >= 0) {
        inBetween.add(candidate);
      } else if (!isBegun()) {
        // A log that was renamed, and deleted at once, has no place that tells.
        (!standsThere && isBehindRotated(candidate) ? inBetween : older).add(candidate);
      } // else it waits
    } catch (IOException e) {
      newcomers.reportUnread(candidate.name(), e);
      known.add(candidate);
    }
  }

  /** Whether its lines were read, or will be read, from another file, or it was there before. */
  private boolean isOld(Candidate candidate, List<PlainFile> ours) throws IOException {
    return newcomers.isKnown(candidate, ours, parts)
        || (before != null
            && candidate.modifiedNs() < before.id().birthNs()
            && !candidate.isFilled()); // when it was written to is not known
  }

  private boolean mayBeNew(Candidate candidate, List<PlainFile> ours) {
    try {
      return !isOld(candidate, ours);
    } catch (IOException e) {
      return true; // its compressor is not done
    }
  }

  /**
   * Whether it is a copy of the log as it was before it was truncated, although nobody saw that: it
   * had grown again, and begins as it did.
   */
  private boolean isMissedCopy(Candidate candidate) {
    return mayBeTruncatedUnseen()
        && (rotated >= 0 ? !isBehindRotated(candidate) : standsThere && next == null)
        && isNoCopyOfBefore(candidate);
  }

  private boolean mayBeTruncatedUnseen() {
    return before != null && isBegun() && before.isLittleKnown() && parts.contains(before);
  }

  private boolean isNoCopyOfBefore(Candidate candidate) {
    return before != null && candidate.mayBeMissedCopyOf(before) && !mayBeCopyOf(before, candidate);
  }

  /** Where it belongs if the log was truncated. */
  private List<Candidate> besideRest(Candidate candidate) {
    boolean isYounger = rotated >= 0 || (isRestDeleted() && candidate.index() >= 0);
    if (isYounger && isBehindRotated(candidate)) {
      return afterRest;
    }
    if (before == null || copy == null || !behind(candidate).contains(copy)) {
      return inBetween;
    }
    if (!isBegun()) {
      return older;
    }
    return mayBeTruncatedUnseen() && candidate.mayBeMissedCopyOf(before) ? missed : inBetween;
  }

  /** Whether what was left has no name any more. Who rotates deletes the oldest file first. */
  private boolean isRestDeleted() {
    return rotated < 0 && (next != null || !standsThere);
  }

  private boolean isBehindRotated(Candidate candidate) {
    if (rotated >= 0) {
      return candidate.index() > rotated; // what has no name was the oldest
    }
    return before != null && candidate.id().birthNs() > before.id().birthNs();
  }

  /**
   * Whether a candidate may be a copy, perhaps not yet a whole one, of what the log is now. If it
   * holds little, much begins as it does; but it is older than the log if it was rotated before a
   * file that is no such copy.
   */
  private boolean mayBeCopyOfYoungest(Candidate candidate) {
    PlainFile youngest = youngest();
    return youngest != null
        && mayBeCopyOf(youngest, candidate)
        && (next == null || rotated < 0 || isBehindRotated(candidate));
  }

  /** The same of another file, with those behind the candidate that were rotated before it. */
  private boolean mayBeCopyOf(PlainFile file, Candidate candidate) {
    return candidate.mayBeCopyOf(file)
        && behind(candidate).stream()
            .filter(other -> file == next || rotated < 0 || !isBehindRotated(other))
            .allMatch(other -> other.mayBeCopyOf(file));
  }

  private List<Candidate> behind(Candidate candidate) {
    return candidates.subList(candidates.indexOf(candidate) + 1, candidates.size());
  }

  private boolean isBegun() {
    return before != null && before.isBegun();
  }

  private boolean isCopyOfWhatStood(Candidate candidate) {
    PlainFile stood = rest != null ? rest : before;
    return stood != null && mayBeCopyOf(stood, candidate);
  }

  /** What is to be read behind the log as it was, in this order. */
  List<TrailFile> partsBehind() {
    var behind = new ArrayDeque<TrailFile>();
    if (next != null) {
      behind.addFirst(next);
    }
    open(afterRest, behind).reversed().forEach(behind::addFirst);
    if (rest != null) {
      behind.addFirst(rest);
    }
    open(inBetween, behind).reversed().forEach(behind::addFirst);
    TrailFile copyFile = before == null || rest == null ? null : copied(before);
    if (copyFile != null) {
      behind.addFirst(copyFile);
    }
    return List.copyOf(behind);
  }

  /** What is to be read before the log as it was, in this order. */
  List<TrailFile> partsBefore() {
    if (before == null) {
      return List.of();
    }
    if (missed.isEmpty()) {
      return open(older, List.of(before));
    }
    List<TrailFile> copies = open(missed, List.of(before));
    boolean isBeginningRead = !isReadInCopy() && before.handedOver() > 0;
    if (isBeginningRead && !copies.isEmpty()) { // with the rest of a line that the copy ends in
      copies.getLast().goOnInNone();
    }
    return copies;
  }

  /** Whether the log was truncated, and went on with the bytes that were known of it. */
  boolean isTruncationMissed() {
    return !missed.isEmpty();
  }

  /** Whether all that was read of the log stands in the oldest of the copies that were missed. */
  boolean isReadInCopy() {
    return before != null && !missed.isEmpty() && before.isReadFrom(missed.getFirst());
  }

  void forgetKnown() {
    known.forEach(newcomers::forget);
  }

  private @Nullable TrailFile copied(PlainFile file) {
    if (copy == null) {
      return null;
    }
    try {
      TrailFile part = copy.openAsCopyOf(file, copied);
      newcomers.took(copy);
      file.goOnInNext();
      return part;
    } catch (IOException e) {
      newcomers.reportUnread(copy.name(), e);
      newcomers.forget(copy);
      return null;
    }
  }

  /**
   * Where to begin in a file: behind what was read of the log, if the file is the copy that was
   * made of it then.
   */
  private long offsetIn(Candidate candidate) {
    boolean isOldestCopy = !missed.isEmpty() && missed.getFirst() == candidate;
    return before != null && isOldestCopy && isReadInCopy() ? before.position() : 0;
  }

  /** Opens what was missed; the order is theirs. */
  private List<TrailFile> open(List<Candidate> missed, Collection<TrailFile> behind) {
    var opened = new ArrayDeque<TrailFile>();
    for (Candidate candidate : missed.reversed()) {
      try {
        TrailFile part = candidate.openAt(offsetIn(candidate));
        newcomers.took(candidate);
        part.joinTo(opened);
        part.joinTo(behind);
        opened.addFirst(part);
      } catch (IOException e) {
        newcomers.reportUnread(candidate.name(), e);
        newcomers.forget(candidate);
      }
    }
    return List.copyOf(opened);
  }
}
