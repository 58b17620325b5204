// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds where to begin: the file that a checkpoint tells of, whatever its name is by now. */
final class Beginning {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int ATTEMPTS = 50;
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);

  /** How well a file fits that is the same one. */
  private static final int SAME = 3;

  private final Path path;
  private final RecordSink sink;
  private final Stop stop;
  private final Compressors compressors = new Compressors();
  private boolean waitIsSaid;
  private final List<TrailFile> parts = new ArrayList<>();
  private final List<PlainFile> left = new ArrayList<>();
  private List<Candidate> there = List.of();
  private List<ReadFile> wereRead = List.of();
  private @Nullable PlainFile live;

  /**
   * Of a log.
   *
   * @param stop ends the wait for a compressor
   */
  Beginning(Path path, RecordSink sink, Stop stop) {
    this.path = path;
    this.sink = sink;
    this.stop = stop;
  }

  /** Begins with the file at the path; false if it was stopped before. */
  boolean anew(StartAt start) throws IOException {
    there = openAll(false);
    if (stop.isStopped()) {
      return false;
    }
    PlainFile opened = atPath();
    if (opened == null) {
      opened = PlainFile.open(path); // which says why it cannot be read
    }
    if (start == StartAt.END) {
      opened.startAt(lastLineStart(opened));
    }
    parts.add(opened);
    live = opened;
    return true;
  }

  private @Nullable PlainFile atPath() {
    for (Candidate file : there) {
      if (file.plain() != null && file.name().equals(path)) {
        return file.plain();
      }
    }
    return null;
  }

  private static long lastLineStart(PlainFile part) throws IOException {
    long end = part.knownBytes();
    while (end > 0) {
      int length = (int) Math.min(end, CHUNK_BYTES);
      byte[] bytes = Window.read(part.channel(), end - length, length);
      for (int i = bytes.length - 1; i >= 0; i--) {
        if (bytes[i] == '\n') {
          return end - length + i + 1;
        }
      }
      end -= length;
    }
    return 0;
  }

  /** Goes on where a checkpoint says; false if it was stopped before. */
  boolean goOn(Checkpoint checkpoint) throws IOException {
    Progress.Places places = checkpoint.places();
    wereRead = places.read();
    there = openAll(true);
    if (stop.isStopped()) {
      return false;
    }
    FilePlace wanted = checkpoint.current();
    List<FilePlace> before = places.files().subList(0, places.files().size() - 1);
    for (FilePlace place : before) {
      addLeft(place);
    }
    int found = find(wanted);
    if (found < 0) {
      lost(wanted);
    } else {
      add(there.get(found), wanted.offset());
    }
    Map<Candidate, Long> next = findNext(places.next());
    for (Candidate file : next.keySet()) { // a late writer has made some older than they are
      if (there.indexOf(file) < found) {
        add(file, next.getOrDefault(file, 0L));
      }
    }
    addBehind(found + 1, next);
    addFilled(there.subList(0, Math.max(found, 0)));
    for (int i = 0; i < parts.size(); i++) {
      TrailFile part = parts.get(i);
      part.joinTo(parts.subList(i + 1, parts.size()));
    }
    return true;
  }

  /** The files that were to be read next, and where, in this order. */
  private Map<Candidate, Long> findNext(List<FilePlace> places) {
    var next = new LinkedHashMap<Candidate, Long>();
    for (FilePlace place : places) {
      int found = find(place);
      if (found < 0 && place.head().length() > 0) {
        lost(place);
      } else if (found >= 0 && !isRead(there.get(found))) {
        next.putIfAbsent(there.get(found), place.offset());
      }
    }
    return next;
  }

  private boolean isRead(Candidate file) {
    return left.contains(file.plain()) || file.isAmong(parts);
  }

  /**
   * The rotated files, the oldest first, and the log as the last, if it is there; all open, so that
   * each stays what it is. While files are renamed it begins anew.
   *
   * @param says whether to report those that cannot be opened
   */
  private List<Candidate> openAll(boolean says) throws MovingFilesException {
    for (int attempt = 0; ; attempt++) {
      FileStat standing = FileStat.of(path); // before the list: what it becomes is in the list
      var opened = new ArrayList<Candidate>();
      try {
        List<Siblings.Sibling> list = list(standing);
        for (int i = 0; i < list.size(); i++) {
          open(list.get(i), i, attempt == ATTEMPTS, opened, says);
        }
        Candidate unfinished = unfinished(opened);
        if (stillStands(standing) && (unfinished == null || stop.isStopped())) {
          return opened;
        }
        if (unfinished != null) {
          awaitCompressor(unfinished);
          attempt = 0;
        }
      } catch (IOException e) {
        // another file has its name by now
      }
      opened.forEach(Candidate::close);
      if (attempt == ATTEMPTS) {
        throw new MovingFilesException(path);
      }
    }
  }

  /** A file that a compressor makes of one that is there is not looked at. */
  private List<Siblings.Sibling> list(@Nullable FileStat standing) throws MovingFilesException {
    List<Siblings.Sibling> all = new Siblings(path).list();
    var list = new ArrayList<Siblings.Sibling>(all);
    list.removeIf(file -> file.isPacked() && Siblings.isPackedBesideIt(file, all));
    if (standing != null && standing.isRegular()) {
      list.add(new Siblings.Sibling(path, standing, 0));
    }
    return list;
  }

  private @Nullable Candidate unfinished(List<Candidate> opened) {
    for (Candidate file : opened) {
      Candidate.Packed packed = file.packed();
      if (packed != null && !wasRead(file) && compressors.isAtWork(packed)) {
        return file;
      }
    }
    return null;
  }

  private void awaitCompressor(Candidate file) {
    if (!waitIsSaid) {
      sink.problem(
          file.name()
              + " is not complete; waiting for its compressor until five minutes after it last"
              + " wrote");
    }
    waitIsSaid = true;
    stop.await(POLL_NS);
  }

  private boolean stillStands(@Nullable FileStat standing) {
    FileStat now = FileStat.of(path);
    if (standing == null || now == null) {
      return Objects.equals(standing, now);
    }
    return now.id().isSameAs(standing.id());
  }

  private void open(
      Siblings.Sibling file, int index, boolean last, List<Candidate> opened, boolean says)
      throws IOException {
    try {
      opened.add(Candidate.open(file, index));
    } catch (IOException e) {
      boolean isTransient = e instanceof NoSuchFileException || !last;
      if (isTransient && !(e instanceof AccessDeniedException)) {
        throw e;
      }
      if (says) {
        sink.problem(Failures.of("read " + file.path(), e).getMessage() + "; left out");
      }
    }
  }

  private void add(Candidate file, long offset) throws IOException {
    PlainFile plain = file.plain();
    if (plain == null) {
      parts.add(file.openAt(offset));
      return;
    }
    if (!left.remove(plain)) { // else it is the log again, and goes on where it was left
      plain.startAt(Math.min(offset, plain.knownBytes()));
    }
    parts.add(plain);
    if (plain.name().equals(path)) {
      live = plain;
    }
  }

  /** The files behind the one that was read, the youngest last. */
  private void addBehind(int from, Map<Candidate, Long> next) {
    for (Candidate file : there.subList(from, there.size())) {
      PlainFile plain = file.plain();
      boolean isLive = plain != null && plain.name().equals(path);
      try {
        if (next.containsKey(file) ? !isRead(file) : isLive || isNew(file)) {
          add(file, next.getOrDefault(file, 0L));
        }
      } catch (IOException e) {
        sink.problem(Failures.of("read " + file.name(), e).getMessage() + "; left out");
      }
    }
  }

  /** Older files that held nothing, or were not looked at, when the checkpoint was written. */
  private void addFilled(List<Candidate> older) throws IOException {
    for (Candidate file : older) {
      PlainFile plain = file.plain();
      if (plain != null && !file.isEmpty() && isNew(file)) {
        plain.startAt(0);
        left.add(plain);
      }
    }
  }

  private boolean isNew(Candidate file) throws IOException {
    return !wasRead(file) && !mayBeCopyOfLog(file) && !isTaken(file);
  }

  /** Whether it may be a copy of the log as it is. */
  private boolean mayBeCopyOfLog(Candidate file) {
    PlainFile log = atPath();
    return log != null && file.plain() != log && mayBeCopy(there.indexOf(file), there.size(), log);
  }

  private boolean wasRead(Candidate file) {
    return wereRead.stream().anyMatch(file::isStill);
  }

  /** Whether its lines are read from another file, or were. */
  private boolean isTaken(Candidate file) throws IOException {
    var plain = new ArrayList<PlainFile>(left);
    for (TrailFile part : parts) {
      if (part instanceof PlainFile one) {
        plain.add(one);
      }
    }
    if (isRead(file)) {
      return true;
    }
    return file.isKnown(new Contents(), plain, parts);
  }

  /** A file that was read to its end, and may have grown since, or been compressed as well. */
  private void addLeft(FilePlace place) throws IOException {
    for (Candidate file : there) {
      PlainFile plain = file.plain();
      boolean isSame = plain != null && plain.id().isSameAs(place.id());
      if (plain != null && isSame && !left.contains(plain) && file.holds(place)) {
        plain.startAt(place.offset());
        left.add(plain);
        return;
      }
    }
    for (Candidate file : there) {
      if (file.packed() != null && !isRead(file) && fit(place, file) > 0) {
        add(file, place.offset());
        return;
      }
    }
  }

  /** Where the file stands now that a checkpoint tells of; -1 if nowhere. */
  private int find(FilePlace place) {
    int found = -1;
    int rank = 0;
    for (int i = 0; i < there.size(); i++) {
      int fit = fit(place, there.get(i));
      if (fit > rank) {
        rank = fit;
        found = i;
      }
    }
    int copy = rank == SAME ? findCopy(place, there.get(found), found) : -1;
    return copy < 0 ? found : copy;
  }

  /**
   * The copy that was made of a file before it was truncated and went on just as it had begun: if
   * little or nothing was in it, much can look so.
   */
  private int findCopy(FilePlace place, Candidate same, int end) {
    PlainFile now = same.plain();
    for (int i = 0; now != null && i < end; i++) {
      Candidate file = there.get(i);
      if (!isRead(file) && file.holds(place) && !wasRead(file) && !mayBeCopy(i, end, now)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Whether a file may be a copy, perhaps not yet a whole one, of what stands in another one now.
   * Then it is younger than all that are not.
   */
  private boolean mayBeCopy(int index, int end, PlainFile file) {
    return there.subList(index, end).stream()
        .allMatch(candidate -> candidate.plain() == file || candidate.mayBeCopyOf(file));
  }

  /** How well a file fits: the same one, 2 with the same content, 1 as far as it goes. */
  private int fit(FilePlace place, Candidate file) {
    try {
      PlainFile plain = file.plain();
      if (file.holds(place)) {
        boolean hasContent = place.head().length() + place.last().length() > 0;
        boolean same = plain != null && plain.id().isSameAs(place.id());
        return same ? SAME : hasContent ? 2 : 0;
      }
      boolean shorterCopy =
          plain != null
              && !plain.name().equals(path)
              && place.head().length() > 0
              && plain.knownBytes() < place.offset()
              && place.head().isIn(plain.channel());
      return shorterCopy ? 1 : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private void lost(FilePlace place) {
    FileStat standing = FileStat.of(path);
    boolean standsThere = standing != null && standing.id().isSameAs(place.id());
    sink.problem(
        place.name()
            + " (inode "
            + place.id().inode()
            + "), which was delivered up to byte "
            + place.offset()
            + ", "
            + (standsThere
                ? "was truncated or written anew, and no copy of it was found"
                : "is in no file any more")
            + "; lines that were behind it are lost");
  }

  /** Hands what was found to the trail. */
  void begin(Trail trail) {
    List<Candidate> copies =
        there.stream().filter(file -> !wasRead(file) && mayBeCopyOfLog(file)).toList();
    trail.begin(parts, left, live, there, copies);
  }
}
