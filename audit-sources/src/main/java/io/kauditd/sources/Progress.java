// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.Reasons;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far the records that a source handed over are settled, and so how far the checkpoint may go.
 * The thread that reads leaves marks; another one writes the checkpoint when marks are settled.
 */
final class Progress {
  /** With so many marks that are not settled, the youngest is moved on instead of adding one. */
  private static final int MAX_MARKS = 4096;

  /** So many of the records that were settled last are named in a checkpoint. */
  static final int LAST_RECORDS = 8;

  private final RecordSink sink;
  private final CheckpointFile file;
  private final String log;
  private final long intervalNs;
  private final Delivered delivered; // of the thread that reads
  private final RecordKey keys = new RecordKey();
  private final ArrayDeque<Accepted> last = new ArrayDeque<>(); // of the thread that reads
  private List<String> lastBefore = List.of(); // until a record is accepted
  private final ArrayDeque<Mark> marks = new ArrayDeque<>(); // guarded by this
  private @Nullable Checkpoint settled; // guarded by this
  private @Nullable Checkpoint written; // guarded by this
  private long nextWriteNs; // guarded by this
  private boolean failing; // guarded by this
  private volatile boolean awaiting;

  private record Mark(long position, Checkpoint checkpoint, int takenLines) {}

  private record Accepted(AuditRecord record, boolean plain) {}

  /**
   * How far the files were read.
   *
   * @param files those that may still grow, and last the one that is being read
   * @param next those that are to be read after it, in this order
   * @param read the others beside the log, in which nothing is left to be read
   */
  record Places(List<FilePlace> files, List<FilePlace> next, List<ReadFile> read) {}

  /**
   * The progress of one run.
   *
   * @param delivered what the run before had delivered behind its checkpoint
   */
  Progress(RecordSink sink, CheckpointFile file, String log, long intervalNs, Delivered delivered) {
    this.sink = sink;
    this.file = file;
    this.log = log;
    this.intervalNs = intervalNs;
    this.delivered = delivered;
    this.awaiting = delivered.isAwaited();
  }

  /**
   * Begins, and checks that a checkpoint can be written.
   *
   * @param settledLast names the records that were settled last
   * @param awaited those that were delivered before these, and stand behind the places
   */
  synchronized void begin(Places places, List<String> settledLast, List<Delivered.Line> awaited)
      throws IOException {
    List<String> youngest = delivered.youngest();
    lastBefore = youngest.isEmpty() ? settledLast : youngest;
    settled = checkpoint(places, settledLast).awaiting(awaited);
    write();
  }

  /**
   * A record was accepted that was not delivered before; the last ones of these are what a
   * checkpoint names.
   */
  void accepted(AuditRecord record, boolean plain) {
    last.addLast(new Accepted(record, plain));
    if (last.size() > LAST_RECORDS) {
      last.removeFirst();
    }
  }

  private Checkpoint checkpoint(Places places, List<String> settledLast) {
    return new Checkpoint(log, places, List.of(), settledLast, false);
  }

  /**
   * Whether the checkpoint stays where it is for now.
   *
   * @param allRead whether all was read that was there when the run began
   */
  boolean isHeld(BooleanSupplier allRead) {
    if (awaiting && delivered.isAwaited() && allRead.getAsBoolean()) {
      delivered.giveUp();
    }
    boolean held = delivered.isHeld();
    awaiting = delivered.isAwaited();
    return held;
  }

  /** All before these places was handed over, by this thread. */
  void handedOver(Places places) {
    var mark = new Mark(sink.accepted(), checkpoint(places, lastKeys()), delivered.takenLines());
    synchronized (this) {
      if (marks.size() == MAX_MARKS) {
        marks.removeLast();
      }
      marks.addLast(mark);
    }
  }

  private List<String> lastKeys() {
    return last.isEmpty()
        ? lastBefore
        : last.stream()
            .map(one -> one.plain() ? keys.ofText(one.record()) : keys.ofLine(one.record()))
            .toList();
  }

  /** Writes the checkpoint, if it is time and it has changed. What fails is tried again. */
  synchronized void writeIfDue() {
    long now = System.nanoTime();
    if (now - nextWriteNs < 0) {
      return;
    }
    nextWriteNs = now + intervalNs;
    try {
      writeSettled();
    } catch (IOException e) {
      if (!failing) {
        sink.problem(
            e.getMessage()
                + (Reasons.isNoRoom(e) ? "; make room, and it is written" : "; trying again"));
      }
      failing = true;
    }
  }

  /** Writes how far it is settled now. */
  synchronized void writeSettled() throws IOException {
    long position = sink.settled();
    Mark last = null;
    for (Mark mark; (mark = marks.peekFirst()) != null && mark.position() <= position; ) {
      last = marks.removeFirst();
    }
    if (last != null) {
      settled = last.checkpoint().awaiting(delivered.awaited(last.takenLines()));
    }
    if (settled != null && !settled.equals(written)) {
      write();
    }
  }

  /** Nothing more is settled: writes how far it is, and whether that is all. */
  synchronized void finish() throws IOException {
    try (file) {
      boolean all = !awaiting && sink.settled() >= sink.accepted();
      writeSettled();
      Checkpoint last = settled;
      if (all && marks.isEmpty() && last != null) {
        settled = last.atEnd();
        write();
      }
    }
  }

  private void write() throws IOException {
    Checkpoint checkpoint = settled;
    if (checkpoint != null) {
      file.write(checkpoint);
      written = checkpoint;
      failing = false;
      nextWriteNs = System.nanoTime() + intervalNs;
    }
  }
}
