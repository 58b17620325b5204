// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The servers of a run, and the counts of their clients. Thread-safe. */
public final class Servers {
  public static final String STATUS = "status";
  static final String METRICS = "metrics";
  private static final List<String> NAMES = List.of(METRICS, STATUS);

  private final Map<String, Supplier<BoundedServer.Counts>> servers = new ConcurrentSkipListMap<>();

  public void add(String name, Supplier<BoundedServer.Counts> counts) {
    servers.put(name, counts);
  }

  /** Binds the counts of those that are there, and of the one that serves them. */
  void bindTo(MeterRegistry registry) {
    for (String name : NAMES) {
      counter(registry, name, "answered", BoundedServer.Counts::answered);
      counter(registry, name, "refused", BoundedServer.Counts::refused);
    }
  }

  private void counter(
      MeterRegistry registry,
      String name,
      String outcome,
      ToDoubleFunction<BoundedServer.Counts> count) {
    FunctionCounter.builder(
            "kauditd.server.connections", this, self -> count.applyAsDouble(self.counts(name)))
        .tags("server", name, "outcome", outcome)
        .baseUnit("connections")
        .description("Clients that were sent their answer, or sent away: too slow, or too many")
        .register(registry);
  }

  private BoundedServer.Counts counts(String name) {
    Supplier<BoundedServer.Counts> counts = servers.get(name);
    return counts == null ? new BoundedServer.Counts(0, 0) : counts.get();
  }

  /** Its part of the document about a run. */
  public Map<String, Object> document() {
    var document = new LinkedHashMap<String, Object>();
    servers.forEach((name, counts) -> {
      BoundedServer.Counts now = counts.get();
      document.put(name, counted(now));
    });
    return document;
  }

  private static Map<String, Object> counted(BoundedServer.Counts counts) {
    var map = new LinkedHashMap<String, Object>();
    map.put("answered", counts.answered());
    map.put("refused", counts.refused());
    return map;
  }
}
