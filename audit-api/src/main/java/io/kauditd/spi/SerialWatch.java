// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the serials of a stream of records for missing events, and reports them to a sink. It is
 * for a source that hands on everything that the kernel or an audit daemon sends. If records were
 * left out before, a gap means nothing.
 *
 * <p>The kernel gives each event the next serial, whether it comes from a system call or a program.
 * Records of different events interleave, and may overtake each other; serials are 32 bits wide,
 * wrap around, and begin anew at each boot. Each node has its own serials. The audit daemon's own
 * records (types 1200 to 1299) have serials that are not the kernel's, and are ignored.
 *
 * <p><b>Thread</b>: one. <b>Blocking</b>: never.
 *
 * @since 0.1.0
 */
public final class SerialWatch {
  /** Whether a source watches: the values of its option {@code gaps}. More values may be added. */
  public enum Mode {
    /** Yes if it knows that no records were left out before it. */
    AUTO,
    /** Yes: the input is everything that the kernel sent. */
    ON,
    /** No: the input is a part, such as the output of a filter or a search. */
    OFF;

    /** Whether it watches; {@code auto} is the answer for {@link #AUTO}. */
    public boolean watches(boolean auto) {
      return this == AUTO ? auto : this == ON;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int FIRST_DAEMON = 1200;
  private static final int LAST_DAEMON = 1299;
  private static final int MAX_NODES = 256;
  private static final String NODE = "node=";
  private static final String HOST = "host=";

  /** An audit daemon considers an event complete after two seconds. */
  private static final long LATE_MS = 2_000;

  private static final long LATE_NS = TimeUnit.MILLISECONDS.toNanos(LATE_MS);

  private final RecordSink sink;
  private final String source;
  private final Map<String, Node> nodes = new HashMap<>();
  private Node last = new Node("");
  private boolean tooManySaid;
  private long tickedNs;
  private boolean ticked;

  /** One node's serials. */
  private static final class Node {
    private final String name;
    private final SerialGaps gaps = new SerialGaps();
    private long mark;
    private long markTimeMs;
    private long reported;

    private Node(String name) {
      this.name = name;
    }
  }

  /**
   * Begins to watch.
   *
   * @param source the prefix of each report, with its separator: {@code kernel: }; may be empty
   */
  public SerialWatch(RecordSink sink, String source) {
    this.sink = sink;
    this.source = source;
    nodes.put(last.name, last);
  }

  /** Takes note of a record that came with its own serial. */
  public void seen(AuditRecord record) {
    seen(record, "");
  }

  /**
   * Takes note of a record that came with its own serial.
   *
   * @param host the node if the record names none; what brought the record may know it, such as a
   *     syslog server. May be empty
   */
  public void seen(AuditRecord record, String host) {
    int type = record.type();
    if (type >= FIRST_DAEMON && type <= LAST_DAEMON) {
      return;
    }
    Node node = node(record, host);
    if (node != null) {
      node.gaps.seen(record.serial(), record.timeMs());
    }
  }

  private @Nullable Node node(AuditRecord record, String host) {
    byte[] head = record.headBytes();
    String name = head == null ? host : nameIn(new String(head, StandardCharsets.ISO_8859_1), host);
    if (last.name.equals(name)) {
      return last;
    }
    Node node = nodes.get(name);
    if (node == null) {
      if (nodes.size() >= MAX_NODES) {
        if (!tooManySaid) {
          tooManySaid = true;
          sink.problem(
              source + "more than " + MAX_NODES + " nodes; the serials of others are not watched");
        }
        return null;
      }
      node = new Node(name);
      nodes.put(name, node);
    }
    last = node;
    return node;
  }

  private static String nameIn(String head, String host) {
    boolean named = head.startsWith(NODE) || head.startsWith(HOST);
    int end = head.indexOf(" type=");
    return named && end > 0 ? head.substring(NODE.length(), end) : host;
  }

  /**
   * Reports the events that are missing two seconds before the latest event, because they will not
   * come any more. Call it as often as is convenient: it works at most every two seconds.
   *
   * @param nowNs of {@link System#nanoTime}
   */
  public void tick(long nowNs) {
    if (ticked && nowNs - tickedNs < LATE_NS) {
      return;
    }
    ticked = true;
    tickedNs = nowNs;
    for (Node node : nodes.values()) {
      // By the time of the events: a source that had to wait for its sink has read none meanwhile.
      if (node.gaps.highestTimeMs() >= node.markTimeMs + LATE_MS) {
        node.gaps.settle(node.mark);
        node.mark = node.gaps.highest();
        node.markTimeMs = node.gaps.highestTimeMs();
      }
      report(node);
    }
  }

  /** Reports all events that are missing now, because the stream has paused or ended. */
  public void settle() {
    for (Node node : nodes.values()) {
      node.gaps.settle();
      report(node);
    }
  }

  private void report(Node node) {
    long missing = node.gaps.missing();
    if (missing > node.reported) {
      sink.problem(
          source
              + Counts.of(missing - node.reported, "event is missing", "events are missing")
              + (node.name.isEmpty() ? "" : " of node " + node.name)
              + ": their serials, up to "
              + node.gaps.highest()
              + ", never came");
      node.reported = missing;
    }
  }
}
