// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Records that were delivered after the last checkpoint of a run that was killed. They are read
 * again, but must not be delivered again. If the transport has a log that can be read, they are in
 * it, behind those that the checkpoint names.
 *
 * <p>A record is left out exactly as often as it was found there. If that is in doubt, it is
 * delivered twice, never lost.
 *
 * <p>This run may read them in another order than the one before, which read what a late writer
 * added to a rotated file after its next file. So a checkpoint of this run names those that it has
 * not read again yet. For the thread that reads, except {@link #awaited}.
 */
final class Delivered {
  /** So far back at most it is looked for the records that the checkpoint names. */
  private static final int MAX_RECORDS = 300_000;

  /** So many of them at most are written to a checkpoint, which is not written while it is more. */
  private static final int MAX_AWAITED = 10_000;

  /** So many new records at most are delivered without a checkpoint. */
  private static final int MAX_FRESH = 100_000;

  private final RecordKey keys = new RecordKey();

  /** How often each line was found, by its name. */
  private final Map<String, Integer> counts = new HashMap<>();

  /** The names of the lines with a text; of those that were taken meanwhile, too. */
  private final Map<String, List<String>> byText = new HashMap<>();

  private final List<String> youngest = new ArrayList<>();
  private final List<Line> lines = new ArrayList<>();

  /** The lines that were left out, in this order. */
  private String[] taken = {};

  private int takenLines;
  private int freshRecords;
  private boolean givenUp;

  /**
   * A line that was delivered.
   *
   * @param text the name of its text, empty if it may stand for another one
   */
  record Line(String name, String text) {}

  /** Nothing was delivered that is not in the checkpoint. */
  static Delivered nothing() {
    return new Delivered();
  }

  private Delivered() {}

  /** What the transport's log holds that the checkpoint does not know of. */
  static Delivered since(Checkpoint before, RecordSink sink) throws IOException {
    var delivered = new Delivered();
    try (Stream<AuditRecord> youngestFirst = sink.deliveredBefore()) {
      delivered.collect(Set.copyOf(before.last()), youngestFirst.iterator());
    } catch (UncheckedIOException e) {
      throw failed(e);
    }
    delivered.lines.addAll(before.awaited());
    delivered.lines.forEach(delivered::await);
    delivered.taken = new String[delivered.lines.size()];
    return delivered;
  }

  private static IOException failed(UncheckedIOException e) {
    IOException cause = e.getCause();
    return Failures.of(
        "read what was delivered before", cause != null ? cause : new IOException(e));
  }

  private void collect(Set<String> settledLast, Iterator<AuditRecord> youngestFirst) {
    boolean found = false;
    for (int i = 0; i < MAX_RECORDS && youngestFirst.hasNext() && !found; i++) {
      AuditRecord record = youngestFirst.next();
      String line = keys.ofLine(record);
      String text = keys.ofText(record);
      if (youngest.size() < Progress.LAST_RECORDS) {
        youngest.add(line);
      }
      found = settledLast.contains(line) || settledLast.contains(text);
      if (!found) {
        lines.add(new Line(line, text));
      }
    }
    if (!found && !settledLast.isEmpty()) { // the same text may stand for an older record
      lines.replaceAll(line -> new Line(line.name(), ""));
    }
  }

  private void await(Line line) {
    counts.merge(line.name(), 1, Integer::sum);
    if (!line.text().isEmpty()) {
      byText.computeIfAbsent(line.text(), any -> new ArrayList<>(1)).add(line.name());
    }
  }

  /** Whether there are such that this run has not come to. */
  boolean isAwaited() {
    return !givenUp && !counts.isEmpty();
  }

  /** Whether no checkpoint can say for now which this run has not come to: they are too many. */
  boolean isHeld() {
    if (isAwaited() && lines.size() - takenLines > MAX_AWAITED && freshRecords >= MAX_FRESH) {
      giveUp();
    }
    return isAwaited() && lines.size() - takenLines > MAX_AWAITED;
  }

  /**
   * All was read that was there when the run began: what was not among it is in no file any more. A
   * new line with the same text is another one.
   */
  void giveUp() {
    givenUp = true;
    byText.clear();
  }

  /** How many this run has come to; all, if the others are awaited no longer. */
  int takenLines() {
    return isAwaited() ? takenLines : lines.size();
  }

  /**
   * Those that this run had not come to at a time. Any thread may ask that was told of that time.
   *
   * @param takenThen what {@link #takenLines} has answered then
   */
  List<Line> awaited(int takenThen) {
    if (takenThen == lines.size()) {
      return List.of();
    }
    var left = new HashMap<String, Integer>();
    for (int i = 0; i < takenThen; i++) {
      left.merge(taken[i], 1, Integer::sum);
    }
    var awaited = new ArrayList<Line>(lines);
    awaited.removeIf(
        line -> left.containsKey(line.name()) && left.merge(line.name(), -1, Integer::sum) >= 0);
    return List.copyOf(awaited);
  }

  /** The names of the records that the log ended with, the youngest first. */
  List<String> youngest() {
    return List.copyOf(youngest);
  }

  /**
   * Whether this record was delivered; each that was is asked for once.
   *
   * @param plain whether its time and serial were given to it here
   */
  boolean take(AuditRecord record, boolean plain) {
    if (counts.isEmpty()) {
      return false;
    }
    boolean took = plain ? takeText(keys.ofText(record)) : takeLine(keys.ofLine(record));
    freshRecords += took ? 0 : 1;
    return took;
  }

  private boolean takeText(String text) {
    List<String> names = byText.getOrDefault(text, List.of());
    while (!names.isEmpty()) {
      if (takeLine(names.removeLast())) {
        return true;
      }
    }
    return false;
  }

  private boolean takeLine(String line) {
    if (!counts.containsKey(line)) {
      return false;
    }
    counts.computeIfPresent(line, (name, count) -> count > 1 ? count - 1 : null);
    taken[takenLines++] = line;
    return true;
  }

  /** The names of the records that the log ends with, the youngest first. */
  static List<String> youngest(RecordSink sink, int count) throws IOException {
    var keys = new RecordKey();
    try (Stream<AuditRecord> youngestFirst = sink.deliveredBefore()) {
      return youngestFirst.limit(count).map(keys::ofLine).toList();
    } catch (UncheckedIOException e) {
      throw failed(e);
    }
  }
}
