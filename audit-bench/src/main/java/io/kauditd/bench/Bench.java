// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the measurements and prints the table of ratios; see {@code audit-bench/run}.
 *
 * <p>Figures of different runs are not comparable: the machine drifts. Within a run they stand
 * beside each other, with the ping-pong times from before and after.
 */
final class Bench {
  private final Figures figures = new Figures();
  private final JmhRuns jmh;
  private final Programs programs = new Programs(figures);

  private Bench(boolean quick) {
    this.jmh = new JmhRuns(figures, quick);
  }

  /** {@code short|acknowledged|full DIRECTORY}. */
  public static void main(String[] args) throws IOException, RunnerException {
    String set = args[0];
    Path target = Files.createDirectories(Path.of(args[1]));
    Bench bench = new Bench("short".equals(set));
    bench.figures.put("PingPong before ns", PingPong.medianNs());
    try {
      switch (set) {
        case "short" -> bench.runShort();
        case "acknowledged" -> bench.jmh.run(Acknowledged.class, "");
        case "full" -> bench.runFull();
        default -> {
          System.err.println(
              "audit-bench: there is no set '" + set + "', only short, acknowledged and full");
          System.exit(2);
        }
      }
      bench.figures.put("PingPong after ns", PingPong.medianNs());
    } catch (IOException | RunnerException e) {
      bench.figures.writeJson(target.resolve(set + "-cut-short.json"), Map.of("set", set));
      throw e; // what was measured so far is kept
    }
    bench.report(set, target);
  }

  /** What the table of ratios needs. */
  private void runShort() throws IOException, RunnerException {
    String[] relays = {
      "engine", "engine-text", "engine-coarse", "jctools", "jctools-text", "log4j2"
    };
    jmh.run(HandOver.class, "relay", relays);
    jmh.run(Burst.class, "relay", "engine", "engine-text", "jctools", "log4j2");
    jmh.run(
        FileOut.class, "to", "engine-none", "engine-data", "raw", "raw-1m", "raw-force", "log4j2");
    jmh.run(Depth.class, "record", "same");
    programs.steady(3, "engine-none", "log4j2-flush");
    programs.lossCost(41);
    programs.spoolCost(15);
    programs.stalledSink(3, "nothing", "engine-room", "log4j2");
    programs.idle("engine", "log4j2");
  }

  /** Everything. */
  private void runFull() throws IOException, RunnerException {
    jmh.run(HandOver.class, "");
    jmh.run(Burst.class, "");
    jmh.run(FileOut.class, "");
    jmh.run(Depth.class, "");
    jmh.run(Acknowledged.class, "");
    jmh.run(Reconnect.class, "");
    jmh.run(PeerNetlink.class, "");
    programs.steady(9, "engine-none", "log4j2-flush", "logback-flush");
    programs.lossCost(101);
    programs.spoolCost(41);
    programs.scaling(9);
    programs.stalledSink(
        5,
        "nothing",
        "engine-room",
        "engine",
        "log4j2",
        "log4j2-discard",
        "logback",
        "otel",
        "abq-offer");
    programs.idle("engine", "log4j2", "logback", "otel");
  }

  private void report(String set, Path target) throws IOException {
    Map<String, String> about = new TreeMap<>();
    about.put("set", set);
    about.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    about.put("jdk", System.getProperty("java.vm.version"));
    about.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    about.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    figures.writeJson(target.resolve(set + ".json"), about);
    String table = Ratios.table(figures);
    Files.writeString(target.resolve(set + ".md"), table);
    System.out.println(table);
    System.out.printf(
        Locale.ROOT,
        "ping-pong between two processors: %.0f ns before, %.0f ns after%n",
        figures.get("PingPong before ns"),
        figures.get("PingPong after ns"));
    System.out.println("all figures: " + target.resolve(set + ".json"));
  }
}
