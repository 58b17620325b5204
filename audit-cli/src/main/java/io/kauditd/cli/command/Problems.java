// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The problems that the source reports. All are counted; the first ones are logged, and kept for
 * the summary. So a file of a million bad lines does not fill the terminal. Thread-safe.
 */
public final class Problems {
  /** How many are kept and logged. */
  public static final int KEPT = 20;

  /** Notes come from plug-ins, which may not keep to a few. */
  private static final int MOST_NOTES = 100;

  private static final Logger LOG = LoggerFactory.getLogger("source");

  private final String source;
  private final List<String> first = new ArrayList<>();
  private final Map<String, LongAdder> notes = new ConcurrentHashMap<>();
  private long count;

  /** The problems of a source, which has this name in log lines. */
  public Problems(String source) {
    this.source = source;
  }

  public synchronized void add(String problem) {
    count++;
    if (count <= KEPT) {
      first.add(problem);
      LOG.warn("{} {}", source, problem);
    } else if (count == KEPT + 1) {
      LOG.warn("{}: more problems follow, which are counted and not shown", source);
    }
  }

  public synchronized long count() {
    return count;
  }

  /** Counts something that is no problem. */
  public void note(String what) {
    LongAdder count = notes.get(what);
    if (count == null) {
      if (notes.size() >= MOST_NOTES) {
        return;
      }
      count = notes.computeIfAbsent(what, key -> new LongAdder());
    }
    count.increment();
  }

  /** What was noted, and how often. */
  public Map<String, Long> notes() {
    var counts = new TreeMap<String, Long>();
    notes.forEach((what, count) -> counts.put(what, count.sum()));
    return counts;
  }

  public synchronized List<String> first() {
    return List.copyOf(first);
  }
}
