// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Program;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures the transport beside Kafka's own {@code kafka-producer-perf-test} on one broker: {@code
 * audit-bench/kafka} (docs/reference/kafka.md). Each program that sends is a process of its own,
 * and the programs that are compared take turns.
 */
final class KafkaScale {
  private static final List<String> JVM = List.of("-Xmx1g");
  private static final int RECORDS = 300_000;
  private static final int RECORDS_OF_HOSTS = 200_000;
  private static final int SAMPLE = 20_000;
  private static final int PERF_BYTES = 256;

  private final Path dir;
  private final int rounds;
  private int next;

  private KafkaScale(Path dir, int rounds) {
    this.dir = dir;
    this.rounds = rounds;
  }

  /** What one program has measured of itself. */
  private record Figures(double perSecond, double cpuMicros) {
    static Figures parse(String line) {
      String[] words = line.split(" ", -1);
      double records = Double.parseDouble(words[1]);
      return new Figures(
          records * 1e9 / Double.parseDouble(words[2]),
          Double.parseDouble(words[3]) / records / 1e3);
    }
  }

  /**
   * Prints the tables.
   *
   * @param args how many rounds, an odd number; what to measure: rate, hosts, loss
   */
  public static void main(String[] args) throws Exception {
    Path dir = Files.createTempDirectory("kauditd-scale");
    var scale = new KafkaScale(dir, Integer.parseInt(args[0]));
    List<String> what = Arrays.asList(args).subList(1, args.length);
    try (Broker broker =
        Broker.start(
            dir.resolve("broker"),
            Map.of(
                "num.network.threads", "3",
                "num.io.threads", "8",
                "log.segment.bytes", "1073741824",
                "log.cleaner.dedupe.buffer.size", "134217728"),
            List.of(),
            JVM)) {
      if (what.contains("rate")) {
        scale.rates(broker);
      }
      if (what.contains("hosts")) {
        scale.hosts(broker);
      }
      if (what.contains("loss")) {
        scale.restart(broker);
      }
    }
    if (what.contains("loss")) {
      scale.election();
    }
  }

  private void rates(Broker broker) throws Exception {
    double perf = bytes(broker, "perf", PERF_BYTES);
    int size = PERF_BYTES + (int) Math.round(bytes(broker, "plain", 0) - perf);
    String[] kinds = {"perf", "plain", "spool", "drain", "perf-transactions", "once"};
    var all = new ArrayList<List<Figures>>();
    for (int i = 0; i < kinds.length; i++) {
      all.add(new ArrayList<>());
    }
    for (int round = 0; round <= rounds; round++) { // the first warms the broker up
      for (int i = 0; i < kinds.length; i++) {
        String topic = broker.newTopic();
        Figures figures = run(broker, topic, kinds[i], RECORDS, size, 1);
        if (round > 0) {
          all.get(i).add(figures);
        }
        broker.admin().deleteTopics(List.of(topic)).all().get();
      }
    }
    say(
        "| records of %d bytes in the topic | records/s | of perf-test's | CPU us | of perf-test's"
            + " |",
        Math.round(perf) - PERF_BYTES + size);
    say("| --- | ---: | ---: | ---: | ---: |");
    for (int i = 0; i < kinds.length; i++) {
      double[] rate = new double[rounds];
      double[] cpu = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        boolean isTransactional = i >= kinds.length - 2;
        Figures beside = all.get(isTransactional ? kinds.length - 2 : 0).get(round);
        rate[round] = all.get(i).get(round).perSecond() / beside.perSecond();
        cpu[round] = all.get(i).get(round).cpuMicros() / beside.cpuMicros();
      }
      say(
          "| %s | %,.0f | %.2f | %.2f | %.2f |",
          kinds[i],
          median(all.get(i).stream().mapToDouble(Figures::perSecond).toArray()),
          median(rate),
          median(all.get(i).stream().mapToDouble(Figures::cpuMicros).toArray()),
          median(cpu));
    }
  }

  /** How many bytes a record takes in a topic. */
  private double bytes(Broker broker, String kind, int size) throws Exception {
    String topic = broker.newTopic();
    run(broker, topic, kind, SAMPLE, size, 1);
    long all =
        broker.admin().describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
            .flatMap(dirs -> dirs.values().stream())
            .flatMap(dir -> dir.replicaInfos().entrySet().stream())
            .filter(each -> each.getKey().topic().equals(topic))
            .mapToLong(each -> each.getValue().size())
            .sum();
    return (double) all / (SAMPLE + KafkaScaleSender.warmUp(SAMPLE));
  }

  private void hosts(Broker broker) throws Exception {
    say("");
    say("| hosts | partitions | records/s of all | CPU us |");
    say("| ---: | ---: | ---: | ---: |");
    for (int hosts : new int[] {1, 10, 50}) {
      for (int partitions : new int[] {1, 3, 12}) {
        if (hosts > 1 || partitions == 1) {
          String topic = broker.newTopic(partitions, Map.of());
          Figures figures = run(broker, topic, "plain", RECORDS_OF_HOSTS, 0, hosts);
          say(
              "| %d | %d | %,.0f | %.2f |",
              hosts, partitions, figures.perSecond(), figures.cpuMicros());
        }
      }
    }
  }

  private void restart(Broker broker) throws Exception {
    String topic = broker.newTopic();
    try (var log = new SteadyLog(to(broker.bootstrap(), topic), newDir())) {
      log.awaitDelivery();
      say("");
      say("| loss of a broker | seconds until delivery went on | records that waited |");
      say("| --- | ---: | ---: |");
      long killed = System.nanoTime();
      broker.kill();
      broker.start();
      double started = since(killed);
      String row = goesOn(log, killed);
      say("| the only one, killed and started again; it answered after %.1f s | %s", started, row);
      SteadyLog.assertComplete(broker, topic, log.end());
    }
  }

  private void election() throws Exception {
    try (Cluster cluster = Cluster.start(dir.resolve("cluster"), List.of("-Xmx512m"))) {
      String topic = cluster.newTopic();
      try (var log = new SteadyLog(to(cluster.bootstrap(), topic), newDir())) {
        log.awaitDelivery();
        Broker leader = cluster.leader(topic);
        long killed = System.nanoTime();
        leader.kill();
        say("| the leader of three, killed | %s", goesOn(log, killed));
        SteadyLog.assertComplete(cluster.other(leader), topic, log.end());
      }
    }
  }

  private static String goesOn(SteadyLog log, long sinceNs) throws Exception {
    long before = log.status().ledger().delivered();
    long waiting =
        Await.until(() -> log.status().ledger(), ledger -> ledger.delivered() > before).waiting();
    double seconds = since(sinceNs);
    return String.format(Locale.ROOT, "%.1f | %,d |", seconds, waiting);
  }

  private static double since(long ns) {
    return (System.nanoTime() - ns) / 1e9;
  }

  private static KafkaTransport to(String bootstrap, String topic) {
    return KafkaTransport.builder(bootstrap, topic).instance(topic).exactlyOnce(true).build();
  }

  private Path newDir() throws Exception {
    return Files.createDirectory(dir.resolve("work" + next++));
  }

  private Figures run(Broker broker, String topic, String kind, int records, int size, int hosts)
      throws Exception {
    Process process =
        new ProcessBuilder(
                Program.commandWithOnly(
                    List.of("-Xmx1g"),
                    KafkaScaleSender.class,
                    kind,
                    broker.bootstrap(),
                    topic,
                    newDir().toString(),
                    "" + records,
                    "" + size,
                    "" + hosts))
            .redirectErrorStream(true)
            .start();
    String figures = null;
    var said = new ArrayList<String>();
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        said.add(line);
        figures = line.startsWith("figures ") ? line : figures;
      }
    }
    if (!process.waitFor(1, TimeUnit.MINUTES) || figures == null) {
      throw new IllegalStateException(kind + " has failed: " + String.join("\n", said));
    }
    Figures parsed = Figures.parse(figures);
    System.err.printf(
        Locale.ROOT,
        "%s hosts=%d: %,.0f/s, %.2f us%n",
        kind,
        hosts,
        parsed.perSecond,
        parsed.cpuMicros);
    return parsed;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void say(String format, Object... args) {
    System.out.printf(Locale.ROOT, format + "%n", args);
  }
}
