// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kauditd.files.Place;
import io.kauditd.spi.Counts;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a followed log that are still to be read, in their order, each held open: renamed,
 * deleted or compressed by others, it is read to its end.
 *
 * <p>Two threads use it. One reads, and may have to wait for room for minutes. The other keeps
 * looking at the path and its directory. A file that came and went between two looks is found among
 * the rotated files that were not there before.
 */
final class Trail implements AutoCloseable {
  /** So many files at most wait to be read; of others it is not noticed that they came. */
  private static final int MAX_PARTS = 256;

  /** So many files that were left are still looked at, for a writer that has not noticed. */
  private static final int MAX_LATE = 16;

  private static final int ATTEMPTS = 50;

  private static final int RECORD_START_BYTES = 5;

  private final Path path;
  private final RecordSink sink;
  private final Newcomers newcomers;
  private final ArrayDeque<TrailFile> parts = new ArrayDeque<>();
  private final ArrayDeque<PlainFile> late = new ArrayDeque<>();

  /** What was there at the beginning and was not read yet, and how large it was. */
  private final IdentityHashMap<TrailFile, Long> firstBytes = new IdentityHashMap<>();

  private @Nullable PlainFile live;
  private @Nullable String refusal;
  private boolean fullSaid;

  /** What was read of a line that has no end yet is read again, behind a copy that was missed. */
  private boolean dropsUnfinished;

  Trail(Path path, RecordSink sink) {
    this(path, sink, new Siblings(path));
  }

  Trail(Path path, RecordSink sink, Siblings siblings) {
    this.path = path;
    this.sink = sink;
    this.newcomers = new Newcomers(siblings, this::isHeld, this::isMadeOfHeld, sink);
  }

  /**
   * Begins to follow.
   *
   * @param first what is to be read, the oldest first
   * @param left files that were read to their end, and may still grow
   * @param standing the last of the first, if it stands at the path
   * @param there the files that were there when these were chosen: what comes later is new
   * @param copies those of them that may be copies of the log, which is perhaps truncated soon
   */
  synchronized void begin(
      List<TrailFile> first,
      List<PlainFile> left,
      @Nullable PlainFile standing,
      List<Candidate> there,
      List<Candidate> copies) {
    parts.addAll(first);
    late.addAll(left);
    live = standing;
    parts.forEach(part -> firstBytes.put(part, part.knownBytes()));
    late.forEach(part -> firstBytes.put(part, part.knownBytes()));
    newcomers.begin(
        there, candidate -> late.contains(candidate.plain()) || candidate.isAmong(parts), copies);
  }

  /** Whether all was read, or is gone, that was there at the beginning. */
  synchronized boolean hasReadWhatWasThere() {
    firstBytes
        .entrySet()
        .removeIf(first -> {
          TrailFile part = first.getKey();
          boolean held = parts.contains(part) || late.contains(part);
          boolean read = part instanceof PlainFile && part.position() >= first.getValue();
          return read || !held;
        });
    return firstBytes.isEmpty();
  }

  private boolean isHeld(FileId id) {
    return parts.stream().anyMatch(part -> part.id().isSameAs(id))
        || late.stream().anyMatch(part -> part.id().isSameAs(id));
  }

  private boolean isMadeOfHeld(PackedFile.Content content) {
    return Stream.concat(parts.stream(), late.stream())
        .anyMatch(part -> Contents.isOf(content, part.head(), part.knownBytes()));
  }

  /** Looks at what stands at the path, and in the directory. */
  synchronized void look() {
    try {
      boolean more = newcomers.look(this::seen);
      FileStat now = standing();
      PlainFile before = live;
      boolean stays = before == null ? now == null : now == null || isSame(now, before);
      if (before != null && now != null && stays) {
        before.seenAt(path, now);
      }
      boolean same = before == null || isWhatItWas(before);
      boolean mayHaveMissed =
          before != null
              && ((more && (now == null || !before.isBegun()))
                  || (same && before.isLittleKnown() && newcomers.hasMissedCopyOf(before)));
      if (!same || !stays || mayHaveMissed) {
        bringUpToDate();
      } else {
        takeFilled();
      }
    } catch (NoSuchFileException | MovingFilesException e) {
      // it has gone again: the next look may find it
    } catch (IOException e) {
      refused(e);
    }
  }

  private void refused(IOException cause) {
    String said = String.valueOf(Failures.of("read " + path, cause).getMessage());
    if (!said.equals(refusal)) {
      sink.problem(said + "; trying again");
    }
    refusal = said;
  }

  /**
   * What stands at the path, null if nothing does that can be read: who rotates may give the
   * permissions last. The log as it was is read on meanwhile.
   */
  private @Nullable FileStat standing() {
    PlainFile before = live;
    try (Place place = Place.at(path)) {
      FileStat now = FileStat.of(place);
      if (before == null || !isSame(now, before)) {
        now.open(place).close(); // whether it can be read shows if it is opened
      }
      return now;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      refused(e);
      return null;
    }
  }

  /** Whether a file was not truncated; of one that cannot be read nobody can tell. */
  private boolean isWhatItWas(PlainFile file) {
    try {
      return file.look() || file.goesOnAfterCut();
    } catch (IOException e) {
      refused(e);
      return true;
    }
  }

  private static boolean isSame(FileStat stat, PlainFile part) {
    return stat.id().isSameAs(part.id());
  }

  private void seen(Siblings.Sibling sibling) {
    for (TrailFile part : parts) {
      if (part != live && part.id().isSameAs(sibling.stat().id())) {
        part.seenAt(sibling.path(), sibling.stat());
      }
    }
  }

  /** A file that was renamed while it was empty, and is written to now. */
  private void takeFilled() throws IOException {
    PlainFile now = live;
    if (now != null && !now.isBegun()) {
      return; // it may have been copied and truncated meanwhile
    }
    for (Candidate candidate : newcomers.filled()) {
      PlainFile plain = candidate.plain();
      boolean isCopy = now != null && (candidate.mayBeCopyOf(now) || !now.look());
      if (!isCopy && plain != null && !newcomers.isKnown(candidate, held(), parts)) {
        newcomers.took(candidate);
        late.addLast(plain);
      }
    }
  }

  /**
   * Finds what stood at the path between the last look and this one. It begins anew until the file
   * at the path has stayed what it is from before the directory was looked at until afterwards: so
   * each new file there is a copy of it as it is, or older than it.
   *
   * @return false if it has not stayed that in any attempt, so that nothing is certain
   */
  private boolean bringUpToDate() throws IOException {
    if (parts.size() >= MAX_PARTS) {
      if (!fullSaid) {
        sink.problem(
            MAX_PARTS
                + " files of "
                + path
                + " wait to be read; one that is rotated now and deleted soon may be missed");
      }
      fullSaid = true;
      return false;
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      PlainFile before = live;
      FileStat now = standing();
      FileStat other = now == null || (before != null && isSame(now, before)) ? null : now;
      if (other != null && isToBeRead(other)) {
        return false; // it was the log before, is open, and takes its place again when it was left
      }
      PlainFile left = other == null ? null : leftAs(other);
      PlainFile next = left != null || other == null ? left : PlainFile.open(path);
      boolean done = false;
      try {
        done = tryToApply(before, next, now);
      } finally {
        if (!done && next != null && next != left) {
          next.close();
        }
      }
      if (done) {
        refusal = now == null ? refusal : null;
        return true;
      }
    }
    return false;
  }

  private boolean isToBeRead(FileStat file) {
    return parts.stream().anyMatch(part -> part.id().isSameAs(file.id()));
  }

  /** A file that was left, and is the log again; null if there is none. */
  private @Nullable PlainFile leftAs(FileStat file) {
    for (PlainFile part : late) {
      if (isSame(file, part) && !part.isFinal()) {
        return part;
      }
    }
    return null;
  }

  /** A file that was left is the log again, and is read on from where it was left. */
  private void takeBack(PlainFile file, FileStat now) {
    if (late.remove(file)) {
      file.goBackToHandedOver();
      file.goOnInNone();
      file.seenAt(path, now);
    }
  }

  /** False, and nothing is done, if the log has not stayed what it was meanwhile. */
  private boolean tryToApply(
      @Nullable PlainFile before, @Nullable PlainFile next, @Nullable FileStat now)
      throws IOException {
    PlainFile rest = null;
    if (before != null && !isWhatItWas(before)) {
      rest = before.again();
      if (now != null && isSame(now, before)) {
        rest.seenAt(path, now);
      }
      rest.look();
    }
    var change = new Change(before, rest, next, now != null, newcomers, parts);
    if (!isStill(change.youngest(), now != null)) {
      return false;
    }
    change.sort(held());
    if (!isStill(change.youngest(), now != null)) {
      return false;
    }
    if (next != null && now != null) {
      takeBack(next, now);
    }
    apply(change);
    return true;
  }

  /** Whether a file holds what was seen in it, and stands at the path if it should. */
  private boolean isStill(@Nullable PlainFile file, boolean standsThere) throws IOException {
    FileStat now = standing();
    boolean stays = standsThere ? now != null && file != null && isSame(now, file) : now == null;
    return stays && (file == null || file.look());
  }

  /** The same for the thread that reads; what fails is tried again at the next look. */
  private boolean tryToBringUpToDate() {
    try {
      return bringUpToDate();
    } catch (NoSuchFileException | MovingFilesException e) {
      return false; // it was renamed in this moment
    } catch (IOException e) {
      refused(e);
      return false;
    }
  }

  private void apply(Change change) throws IOException {
    PlainFile before = change.before();
    List<TrailFile> older = change.partsBefore();
    if (before != null && change.isTruncationMissed()) {
      readBehindCopies(before, change.isReadInCopy());
    }
    List<TrailFile> behind = change.partsBehind();
    if (before != null) {
      List<TrailFile> all = List.copyOf(parts);
      int index = Math.max(0, all.indexOf(before));
      parts.clear();
      parts.addAll(all.subList(0, index));
      parts.addAll(older);
      parts.addAll(all.subList(index, all.size()));
      if (change.isTruncated()) {
        truncated(before, change.copiedBytes());
      }
    }
    parts.addAll(behind);
    live = change.youngest();
    change.forgetKnown();
  }

  /** A file was written anew, and nothing in it tells; what it held before is read first. */
  private void readBehindCopies(PlainFile file, boolean isReadInCopy) {
    if (isReadInCopy) {
      file.startAgain();
    } else if (file.handedOver() < file.position()) {
      file.goBackToLineStart();
      dropsUnfinished |= parts.peekFirst() == file;
    }
  }

  /** A file was emptied, or written anew; what is left of it is in a copy of that size, or -1. */
  private void truncated(PlainFile file, long copied) {
    long reached = file.position();
    long had = file.knownBytes();
    file.finish();
    file.handOn();
    if (copied < 0 && file.isPieceOfLine()) {
      file.tearOff();
    }
    long gone = had - Math.max(copied, reached);
    if (gone > 0) {
      sink.problem(
          path
              + " became shorter; at least "
              + Counts.of(gone, "byte that was not read is", "bytes that were not read are")
              + " in no file any more");
    } else if (copied < 0 && had > 0 && !file.isTornOff()) {
      sink.problem(path + " became shorter; reading it again from its start");
    }
  }

  /**
   * The files that are held open and were written by the log's writer, as large as they are now.
   */
  private List<PlainFile> held() {
    var held = new ArrayList<PlainFile>(late);
    for (TrailFile part : parts) {
      if (part instanceof PlainFile plain) {
        held.add(plain);
      }
    }
    held.removeIf(part -> !canBeLookedAt(part));
    return held;
  }

  private boolean canBeLookedAt(PlainFile part) {
    try {
      part.look();
      return true;
    } catch (IOException e) {
      refused(e);
      return false;
    }
  }

  /**
   * Gives up a file that cannot be read, if others wait behind it.
   *
   * @return whether it was given up
   */
  synchronized boolean giveUp(TrailFile part, IOException cause) {
    if (parts.size() < 2 || parts.peekFirst() != part) {
      return false;
    }
    parts.removeFirst();
    sink.problem(
        Failures.of("read " + part + " behind byte " + part.position(), cause).getMessage()
            + "; it is given up, and what is behind that is in no record");
    forget(part);
    return true;
  }

  /** The file to be read next, null if there is none yet. */
  synchronized @Nullable TrailFile current() {
    return parts.peekFirst();
  }

  /**
   * Reads on; 0 at the end, or if another thread has just found a file that comes before this one.
   * What is read is in the room, whose limit is how much it may be.
   *
   * @param isInLine whether what was read before ends in an unfinished line
   */
  synchronized int read(TrailFile part, ByteBuffer room, boolean isInLine) throws IOException {
    boolean isFirst = parts.peekFirst() == part;
    if (!isFirst && !(part instanceof PlainFile left && late.contains(left))) {
      return 0;
    }
    if (isFirst && dropsUnfinished) {
      dropsUnfinished = false;
      return TrailFile.CUT;
    }
    if (part instanceof PlainFile plain && isUnbegunLog(plain) && !mayBegin(plain)) {
      return 0;
    }
    if (isFirst && isInLine && startsWithRecord(part)) {
      return TrailFile.BEGINS_WITH_RECORD;
    }
    int count;
    try {
      count = part.read(room);
    } catch (IOException e) {
      if (part instanceof PlainFile) {
        throw e;
      }
      part.goOnInNone(); // the rest of its last line is nowhere
      sink.problem(
          part + " cannot be decompressed behind byte " + part.position() + ": " + e.getMessage());
      return 0;
    }
    if (count != TrailFile.CHANGED) {
      return count;
    }
    if (part instanceof PlainFile plain && !plain.goesOnAfterCut()) {
      if (part == live) {
        tryToBringUpToDate();
      } else {
        long gone = plain.knownBytes() - plain.position();
        plain.finish();
        sink.problem(
            part
                + " was changed after it was rotated; "
                + Counts.of(gone, "byte was", "bytes were")
                + " not read before");
      }
    }
    return 0;
  }

  /**
   * Before the first byte is read of the log, it must be certain that nothing that was written to
   * it before lies in a copy.
   */
  private boolean mayBegin(PlainFile file) throws IOException {
    boolean same = file.look();
    if (same && file.knownBytes() == 0) {
      return false;
    }
    if (!tryToBringUpToDate() || live != file || parts.peekFirst() != file || !file.look()) {
      return false;
    }
    file.begin();
    return true;
  }

  /**
   * How far all is read, behind whole lines, and which files are to be read yet, as it is at this
   * moment: another thread may find one more before the present one.
   *
   * @param unfinishedBytes so much was read of the line behind the whole ones in the present file
   * @param unfinishedLateBytes the same of a file that was left
   * @return null if nobody can tell: a part of that line stands in the file before, or is gone; or
   *     if there is no file
   */
  synchronized Progress.@Nullable Places places(
      long unfinishedBytes, ToLongFunction<PlainFile> unfinishedLateBytes) {
    TrailFile current = parts.peekFirst();
    FilePlace place = current == null ? null : placeBehind(current, unfinishedBytes);
    if (place == null) {
      return null;
    }
    var files = new ArrayList<FilePlace>();
    for (PlainFile part : late) {
      FilePlace left = placeBehind(part, unfinishedLateBytes.applyAsLong(part));
      if (left != null) {
        files.add(left);
      }
    }
    files.add(place);
    List<FilePlace> next =
        parts.stream().skip(1).map(TrailFile::place).filter(Objects::nonNull).toList();
    return new Progress.Places(List.copyOf(files), next, newcomers.readFiles());
  }

  private static @Nullable FilePlace placeBehind(TrailFile part, long unfinishedBytes) {
    return part.position() - part.handedOver() == unfinishedBytes ? part.place() : null;
  }

  /** The line at the end of a part, which has no end, was taken as it was. */
  synchronized void lineEnded(TrailFile part, long unfinishedBytes) {
    part.lineEnded(unfinishedBytes);
  }

  /**
   * Whether the writer has gone on to another file, so that this one ends where it ends. Not if
   * another thread has just found one that comes before it.
   */
  synchronized boolean mayLeave(TrailFile current) throws IOException {
    if (parts.size() < 2 || parts.peekFirst() != current) {
      return false;
    }
    if (current.isFinal() && !(current instanceof PlainFile plain && plain.isTornOff())) {
      return true;
    }
    for (TrailFile part : parts) {
      if (part != current
          && (part.isFinal() || (part instanceof PlainFile plain && plain.hasMore()))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the next file begins with a record in the audit format, and not with the rest of a line
   * that its writer had begun before. Not if it may have been truncated since the last look.
   */
  synchronized boolean nextBeginsWithRecord() throws IOException {
    TrailFile next = next();
    boolean mayHaveChanged = next instanceof PlainFile plain && isUnbegunLog(plain);
    if (next == null || (mayHaveChanged && !tryToBringUpToDate())) {
      return false;
    }
    return next == next() && startsWithRecord(next);
  }

  private boolean isUnbegunLog(PlainFile file) {
    return file == live && !file.isBegun();
  }

  private @Nullable TrailFile next() {
    return parts.stream().skip(1).findFirst().orElse(null);
  }

  private static boolean startsWithRecord(TrailFile part) throws IOException {
    if (part.position() > 0) {
      return false;
    }
    String begins = new String(part.beginning(RECORD_START_BYTES), ISO_8859_1);
    return begins.equals("type=") || begins.equals("node=");
  }

  /** Whether this is the last one, and nothing else can come without a look. */
  synchronized boolean isLast(TrailFile current) {
    return parts.peekLast() == current;
  }

  /**
   * Leaves the file that was read. It is still looked at if its writer may add to it. Nothing
   * happens if another thread has just found one that comes before it, which is read first.
   */
  synchronized void leave(TrailFile read) throws IOException {
    if (parts.peekFirst() != read) {
      return;
    }
    parts.removeFirst();
    if (read instanceof PlainFile plain && !read.isFinal()) {
      plain.look();
      late.addLast(plain);
    } else {
      forget(read);
    }
  }

  private void forget(TrailFile part) {
    if (part instanceof PlainFile plain) {
      newcomers.wasRead(plain);
    }
    part.close();
  }

  /** Files that were left, and may have grown since. */
  synchronized List<PlainFile> late() {
    return List.copyOf(late);
  }

  /** The one that is not to be looked at any longer, as there are too many; null if none. */
  synchronized @Nullable PlainFile tooLate() {
    return late.size() > MAX_LATE ? late.peekFirst() : null;
  }

  /** False, and nothing is done, if it is the log again. */
  synchronized boolean retire(PlainFile part) {
    boolean wasLeft = late.remove(part);
    if (wasLeft) {
      forget(part);
    }
    return wasLeft;
  }

  /** Whether a file that was left has no name any more. */
  synchronized boolean isGone(PlainFile part) {
    return newcomers.isGone(part.id());
  }

  @Override
  public synchronized void close() {
    parts.forEach(TrailFile::close);
    late.forEach(TrailFile::close);
    parts.clear();
    late.clear();
    newcomers.close();
  }
}
