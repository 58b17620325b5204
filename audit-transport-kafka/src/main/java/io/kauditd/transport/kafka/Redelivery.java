// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the records that a run which was killed had delivered and not committed. They are read
 * again, and must not be delivered again. If the transport has a log that can be read, they are its
 * last lines.
 *
 * <p>Records of one host are in one partition, in order, and so in the log. From the youngest line
 * backwards, each line that is found among the records, before the one found last, was delivered.
 * The line of the last record that was committed ends the search, and so does a line that is not
 * among them. If that is in doubt, as with records that are the same to the byte, a record is
 * delivered twice and never lost.
 */
final class Redelivery {
  /** So many records of a partition behind the committed offset are looked for in the log. */
  static final int MAX_RECORDS = 20_000;

  /** So many before it are read, for the last one of each host. */
  static final int MAX_BEFORE = 1_000;

  /** So many lines are looked at, of whichever host: a log may have those of many. */
  private static final int MAX_LINES = 300_000;

  private final Map<String, Host> hosts = new LinkedHashMap<>();

  /** What a partition has of one host. */
  private static final class Host {
    private @Nullable AuditRecord lastCommitted;
    private final List<AuditRecord> records = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
  }

  /** A record before the committed offset, in order. */
  void committed(AuditRecord record) {
    host(record).lastCommitted = record;
  }

  /** A record at or behind the committed offset, in order. */
  void open(AuditRecord record, long offset) {
    Host host = host(record);
    host.records.add(record);
    host.offsets.add(offset);
  }

  private Host host(AuditRecord record) {
    return hosts.computeIfAbsent(nodeOf(record), any -> new Host());
  }

  private static String nodeOf(AuditRecord record) {
    return RecordEncoder.nodeOf(record.head(), "");
  }

  /**
   * The offsets of the records that the log has.
   *
   * @throws IOException if the log cannot be read
   */
  Set<Long> delivered(RecordSink sink) throws IOException {
    var delivered = new TreeSet<Long>();
    for (Map.Entry<String, Host> each : hosts.entrySet()) {
      Host host = each.getValue();
      if (!host.records.isEmpty()) {
        try (Stream<AuditRecord> log = sink.deliveredBefore(host.records.getFirst())) {
          collect(each.getKey(), host, log.limit(MAX_LINES).iterator(), delivered);
        } catch (UncheckedIOException e) {
          throw new IOException(
              "cannot read what was delivered before: " + KafkaFailure.words(e), e);
        }
      }
    }
    return delivered;
  }

  private static void collect(
      String node, Host host, Iterator<AuditRecord> youngestFirst, Set<Long> delivered) {
    int left = host.records.size();
    while (left > 0 && youngestFirst.hasNext()) {
      AuditRecord line = youngestFirst.next();
      if (nodeOf(line).equals(node)) {
        if (line.equals(host.lastCommitted)) {
          return;
        }
        int found = host.records.subList(0, left).lastIndexOf(line);
        if (found < 0) {
          return;
        }
        delivered.add(host.offsets.get(found));
        left = found;
      }
    }
  }
}
