// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import io.kauditd.cli.top.TopSample.Depth;
import io.kauditd.cli.top.TopSample.Total;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is computed from successive samples: rates, high-water marks, a list of errors. */
final class TopHistory {
  private static final int MAX_ERRORS = 5;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final Map<String, Long> highest = new HashMap<>();
  private final Deque<SeenError> errors = new ArrayDeque<>();
  private @Nullable TopSample last;
  private long lastNs;
  private Map<String, Double> rates = Map.of();

  /**
   * An error, and when it was first seen.
   *
   * @param time a time of day, or {@code earlier} for an error from before the first look
   */
  record SeenError(String time, String text) {}

  /**
   * All that a screen shows.
   *
   * @param time the time of day
   * @param queues with high-water marks: those that the instance reports, or else the highest seen
   * @param rates records in a second by the name of the total; none before the second look
   * @param errors the youngest first
   * @param trouble why the picture is not of now, null if it is
   */
  record View(
      String time,
      TopSample sample,
      List<Depth> queues,
      Map<String, Double> rates,
      List<SeenError> errors,
      @Nullable String trouble) {}

  /** Takes the next sample, and shows it. */
  View add(TopSample sample, long nowNs, LocalTime time) {
    TopSample before = last;
    if (before != null) {
      rates = rates(before, sample, (nowNs - lastNs) / 1e9);
    }
    String error = sample.lastError();
    if (error != null && (errors.isEmpty() || !errors.getFirst().text().equals(error))) {
      errors.addFirst(new SeenError(before == null ? "earlier" : TIME.format(time), error));
      if (errors.size() > MAX_ERRORS) {
        errors.removeLast();
      }
    }
    for (Depth depth : sample.queues()) {
      highest.merge(depth.queue(), depth.records(), Math::max);
    }
    last = sample;
    lastNs = nowNs;
    return view(sample, time, null);
  }

  /** There is no sample; shows the last one, and why. */
  View trouble(String trouble, LocalTime time) {
    TopSample sample = last;
    if (sample == null) {
      throw new IllegalStateException("no sample yet");
    }
    return view(sample, time, trouble);
  }

  private View view(TopSample sample, LocalTime time, @Nullable String trouble) {
    var queues = new ArrayList<Depth>();
    for (Depth depth : sample.queues()) {
      long told = depth.highWater();
      long high = told == TopSample.UNKNOWN ? highest.getOrDefault(depth.queue(), 0L) : told;
      queues.add(new Depth(depth.queue(), depth.records(), high, depth.limit()));
    }
    return new View(TIME.format(time), sample, queues, rates, List.copyOf(errors), trouble);
  }

  private static Map<String, Double> rates(TopSample before, TopSample now, double elapsedS) {
    var old = new HashMap<String, Long>();
    totals(before).forEach(total -> old.put(total.name(), total.records()));
    var rates = new HashMap<String, Double>();
    totals(now)
        .forEach(total -> {
          long more = total.records() - old.getOrDefault(total.name(), 0L);
          // Less than before: somebody has set the kernel's count back to 0.
          rates.put(total.name(), elapsedS <= 0 || more < 0 ? 0 : more / elapsedS);
        });
    return rates;
  }

  private static Stream<Total> totals(TopSample sample) {
    return Stream.of(sample.totals(), List.of(sample.lost()), sample.losses())
        .flatMap(List::stream);
  }
}
