// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads the files of a {@link Trail} one after the other, and hands over their lines. */
final class Follower {
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);

  /** A line that has no end when its writer has gone on to the next file may still get one. */
  private static final long UNFINISHED_NS = TimeUnit.MILLISECONDS.toNanos(300);

  /** A file without a name is let go when nothing was added to it for so long. */
  private static final long GONE_NS = TimeUnit.SECONDS.toNanos(5);

  private static final long LATE_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Between two marks of progress. */
  private static final int CHUNK_BYTES = 32 * 1024;

  private final Trail trail;
  private final Stop stop;
  private final LineRecords records;
  private final boolean follow;
  private final @Nullable Progress progress;
  private final LineName name = new LineName("");
  private final LineSplitter lines;
  private final IdentityHashMap<PlainFile, Late> late = new IdentityHashMap<>();
  private long nextLateLookNs = System.nanoTime();

  /** Since when nothing was read of a file that the writer has left; 0 while it has not. */
  private long endSinceNs;

  /** Since when the file cannot be read; 0 while it can. */
  private long failingSinceNs;

  /** A file that was left, with the lines that its writer may still add. */
  private static final class Late {
    final LineSplitter lines;
    long grownNs = System.nanoTime();

    Late(LineSplitter lines) {
      this.lines = lines;
    }
  }

  Follower(
      Trail trail,
      Stop stop,
      RecordSink sink,
      LineRules rules,
      boolean follow,
      @Nullable Progress progress) {
    this.trail = trail;
    this.stop = stop;
    this.records = new LineRecords(sink, rules, false, System::currentTimeMillis);
    this.follow = follow;
    this.progress = progress;
    this.lines = new LineSplitter(records, name, LineSplitter.LARGE_CHUNK_BYTES);
  }

  /** Reads until the source is closed, or, if it does not follow, to the end. */
  void run() throws IOException {
    boolean ended = false;
    while (!stop.isStopped() && !ended) {
      if (!step()) {
        TrailFile part = trail.current();
        ended = !follow && (part == null || trail.isLast(part));
        idle(ended);
      }
    }
    if (progress == null || ended) {
      endLine(trail.current());
    }
    records.end();
  }

  /** Reads a piece, or leaves a file that was read; false if there is nothing to do for now. */
  boolean step() throws IOException {
    TrailFile part = trail.current();
    try {
      boolean more = part != null && readOrLeave(part);
      more |= readLate(!more);
      failingSinceNs = 0;
      return more;
    } catch (IOException e) {
      if (!follow || part == null) {
        throw e;
      }
      failed(part, e);
      return false;
    }
  }

  private boolean readOrLeave(TrailFile part) throws IOException {
    boolean mayLeave = trail.mayLeave(part); // before the end is looked for
    boolean more = read(part, lines);
    if (more) {
      endSinceNs = 0;
    } else if (mayLeave && lineMayEnd(part)) {
      leave(part);
      more = true;
    }
    return more;
  }

  /** A disk or a server may come back; if the writer has gone on, the file is let go in the end. */
  private void failed(TrailFile part, IOException cause) {
    long now = System.nanoTime();
    if (failingSinceNs == 0) {
      failingSinceNs = now;
      records
          .sink()
          .problem(
              Failures.of("read " + part + " behind byte " + part.position(), cause).getMessage()
                  + "; trying again");
    } else if (now - failingSinceNs >= GONE_NS && trail.giveUp(part, cause)) {
      endLine(null);
      name.startAgain();
      failingSinceNs = 0;
    }
  }

  private void idle(boolean ended) {
    if (!ended) {
      trail.look();
      stop.await(POLL_NS);
    }
  }

  /** Reads a piece and hands over its lines; false if there was nothing. */
  private boolean read(TrailFile part, LineSplitter target) throws IOException {
    ByteBuffer room = target.room();
    room.limit(Math.min(room.capacity(), room.position() + CHUNK_BYTES));
    int count = trail.read(part, room, target.unfinishedBytes() > 0);
    if (count == TrailFile.CUT) {
      target.dropUnfinished();
      return true;
    }
    if (count == TrailFile.BEGINS_WITH_RECORD) {
      endLine(part); // the rest of what stood before is in no file
      return true;
    }
    if (count > 0) {
      target.read(count);
      mark();
    }
    return count > 0;
  }

  /** Whether the last line needs not be waited for. */
  private boolean lineMayEnd(TrailFile part) {
    if (lines.unfinishedBytes() == 0 || part.isFinal()) {
      return true;
    }
    long now = System.nanoTime();
    if (endSinceNs == 0) {
      endSinceNs = now;
    }
    return now - endSinceNs >= UNFINISHED_NS;
  }

  private void leave(TrailFile part) throws IOException {
    boolean nextIsNew = !part.goesOnInNext() || trail.nextBeginsWithRecord();
    if (part instanceof PlainFile plain && plain.isTornOff() && trail.nextBeginsWithRecord()) {
      lines.dropUnfinished();
    } else if (nextIsNew) {
      endLine(part);
    }
    if (nextIsNew) {
      name.startAgain();
    }
    endSinceNs = 0;
    trail.leave(part);
    for (PlainFile tooLate; (tooLate = trail.tooLate()) != null; ) {
      retire(tooLate);
    }
    mark();
  }

  private void endLine(@Nullable TrailFile part) {
    long unfinishedBytes = lines.unfinishedBytes();
    lines.end();
    if (unfinishedBytes > 0 && part != null) {
      trail.lineEnded(part, unfinishedBytes);
      mark();
    }
  }

  /** Reads what was added to files that were left. */
  private boolean readLate(boolean idle) throws IOException {
    long now = System.nanoTime();
    if (!idle && now - nextLateLookNs < 0) {
      return false;
    }
    nextLateLookNs = now + LATE_LOOK_NS;
    boolean any = false;
    List<PlainFile> left = trail.late();
    late.keySet().retainAll(left); // one of them may be the log again
    for (PlainFile part : left) {
      Late one = late.computeIfAbsent(part, this::newLate);
      if (readAdded(part, one)) {
        one.grownNs = now;
        any = true;
      } else if (now - one.grownNs > GONE_NS && trail.isGone(part)) {
        retire(part);
      }
    }
    return any;
  }

  private boolean readAdded(PlainFile part, Late one) {
    try {
      return read(part, one.lines);
    } catch (IOException e) {
      records
          .sink()
          .problem(
              Failures.of("read " + part + " behind byte " + part.position(), e).getMessage()
                  + "; what is added to it is in no record");
      retire(part);
      return false;
    }
  }

  private Late newLate(PlainFile part) {
    var names = new LineName(part.name().getFileName() + ", after it was rotated, ");
    return new Late(new LineSplitter(records, names, LineSplitter.SMALL_CHUNK_BYTES));
  }

  private void retire(PlainFile part) {
    Late one = late.remove(part);
    if (trail.retire(part) && one != null) {
      one.lines.end();
    }
  }

  /** Remembers that all was handed over that was read so far, but for unfinished lines. */
  private void mark() {
    Progress marked = progress;
    if (marked == null || marked.isHeld(trail::hasReadWhatWasThere)) {
      return;
    }
    Progress.Places places = trail.places(lines.unfinishedBytes(), this::unfinishedLateBytes);
    if (places != null) {
      marked.handedOver(places);
    }
  }

  private long unfinishedLateBytes(PlainFile part) {
    Late one = late.get(part);
    return one == null ? 0 : one.lines.unfinishedBytes();
  }
}
