// SPDX-License-Identifier: Apache-2.0
package org.example.shed;

import io.kauditd.api.RecordType;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was shed, by type. Says it in the log whenever the sum has doubled: early, and never so
 * often that the log becomes the next thing that overflows.
 */
final class ShedCounts {
  private static final Logger LOG = LoggerFactory.getLogger(ShedPolicy.class);

  private final Map<Integer, Long> byType = new ConcurrentHashMap<>();
  private long total;
  private long nextReport = 1;

  /** Called by the kauditd thread alone. */
  void add(int type) {
    byType.merge(type, 1L, Long::sum);
    if (++total >= nextReport) {
      nextReport = 2 * total;
      LOG.warn("shed {} records so far: {}", total, this);
    }
  }

  /** The counts by the names of the types; may be called by any thread. */
  Map<String, Long> byName() {
    var counts = new TreeMap<String, Long>();
    byType.forEach((type, count) -> counts.put(RecordType.nameOf(type), count));
    return counts;
  }

  /** The counts, the largest first: {@code PATH 12, CWD 3}. */
  @Override
  public String toString() {
    return byName().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
