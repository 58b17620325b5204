// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.io.UncheckedIOException;
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
 */
final class Delivered {
  /** So far back at most it is looked for the records that the checkpoint names. */
  private static final int MAX_RECORDS = 200_000;

  private final RecordKey keys = new RecordKey();
  private final Map<String, Integer> counts = new HashMap<>();

  /** Nothing was delivered that is not in the checkpoint. */
  static Delivered nothing() {
    return new Delivered();
  }

  private Delivered() {}

  /** What the transport's log holds behind the records that were settled last. */
  static Delivered since(List<String> settledLast, RecordSink sink) throws IOException {
    var delivered = new Delivered();
    try (Stream<AuditRecord> youngestFirst = sink.deliveredBefore()) {
      delivered.collect(Set.copyOf(settledLast), youngestFirst.iterator());
    } catch (UncheckedIOException e) {
      throw failed(e);
    }
    return delivered;
  }

  private static IOException failed(UncheckedIOException e) {
    IOException cause = e.getCause();
    return Failures.of(
        "read what was delivered before", cause != null ? cause : new IOException(e));
  }

  private void collect(Set<String> settledLast, Iterator<AuditRecord> youngestFirst) {
    boolean found = settledLast.isEmpty();
    var texts = new HashMap<String, Integer>();
    for (int i = 0; i < MAX_RECORDS && youngestFirst.hasNext(); i++) {
      AuditRecord record = youngestFirst.next();
      String line = keys.ofLine(record);
      String text = keys.ofText(record);
      if (settledLast.contains(line) || settledLast.contains(text)) {
        found = true;
        break;
      }
      counts.merge(line, 1, Integer::sum);
      texts.merge(text, 1, Integer::sum);
    }
    if (found) { // otherwise the same text may stand for an older record
      counts.putAll(texts);
    }
  }

  boolean isEmpty() {
    return counts.isEmpty();
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
    String key = plain ? keys.ofText(record) : keys.ofLine(record);
    if (!counts.containsKey(key)) {
      return false;
    }
    counts.computeIfPresent(key, (name, count) -> count > 1 ? count - 1 : null);
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
