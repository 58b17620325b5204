// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.RecordType;
import io.kauditd.core.Kauditd;
import io.kauditd.core.KauditdBuilder;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Child;
import io.kauditd.queue.spool.SpoolQueue;
import io.kauditd.spi.AuditQueue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.tools.ProducerPerformance;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to a topic, first some to warm up, and says how long the others took, and how much
 * CPU time of this process.
 */
final class KafkaScaleSender {
  /** As the transport has it: only what is compared differs. */
  private static final List<String> PERF =
      List.of(
          "acks=all",
          "enable.idempotence=true",
          "batch.size=131072",
          "linger.ms=0",
          "buffer.memory=67108864");

  private static final String TEXT = "pid=4711 uid=0 op=login acct=\"someone\" " + "x".repeat(163);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final long SPOOL_BYTES = 1L << 30;

  private final String bootstrap;
  private final String topic;
  private final Path dir;
  private final int size;
  private int engines;

  private KafkaScaleSender(String bootstrap, String topic, Path dir, int size) {
    this.bootstrap = bootstrap;
    this.topic = topic;
    this.dir = dir;
    this.size = size;
  }

  /** How many go before the records that count. */
  static int warmUp(int records) {
    return records / 2;
  }

  /**
   * Sends, and prints how many records, their nanoseconds and those of the CPU.
   *
   * @param args what sends: perf, perf-transactions, plain, spool, drain, once; the brokers, the
   *     topic, a directory, how many records, the size of those of perf, how many hosts
   */
  public static void main(String[] args) throws Exception {
    Child.endsWithItsParent();
    int records = Integer.parseInt(args[4]);
    int hosts = Integer.parseInt(args[6]);
    var sender =
        new KafkaScaleSender(args[1], args[2], Path.of(args[3]), Integer.parseInt(args[5]));
    sender.send(args[0], warmUp(records), hosts);
    sender.send(args[0], records, hosts);
  }

  private void send(String kind, int records, int hosts) throws Exception {
    switch (kind) {
      case "perf" -> perf(records, List.of());
      case "perf-transactions" -> perf(records, List.of("--transaction-duration-ms", "15"));
      case "plain", "spool", "once" -> engines(kind, records, hosts);
      case "drain" -> drain(records);
      default -> throw new IllegalArgumentException(kind);
    }
  }

  private static void tell(int records, long sinceNs, long sinceCpuNs) {
    System.out.printf(
        "figures %d %d %d%n", records, System.nanoTime() - sinceNs, cpuNs() - sinceCpuNs);
  }

  private static long cpuNs() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private void perf(int records, List<String> more) throws Exception {
    var args = new ArrayList<>(List.of("--topic", topic, "--num-records", "" + records));
    args.addAll(List.of("--record-size", "" + size, "--throughput", "-1"));
    args.addAll(List.of("--bootstrap-server", bootstrap));
    args.addAll(more);
    args.add("--command-property");
    args.addAll(PERF);
    long beginNs = System.nanoTime();
    long beginCpuNs = cpuNs();
    ProducerPerformance.main(args.toArray(String[]::new));
    tell(records, beginNs, beginCpuNs);
  }

  private KauditdBuilder engine(String kind, String to, Path spools) throws IOException {
    var transport = KafkaTransport.builder(to, topic).instance("host" + engines++);
    KauditdBuilder engine =
        Kauditd.builder()
            .policy(OrderedPolicy.ID, new OrderedPolicy())
            .settings(AuditSettings.DEFAULTS.withBacklogWaitTimeMs(60_000))
            .transport("kafka", transport.exactlyOnce(kind.equals("once")).build());
    if (kind.equals("plain")) {
      return engine;
    }
    return engine
        .mainQueue(spool(spools, "main"))
        .retryQueue(spool(spools, "retry"))
        .holdQueue(spool(spools, "hold"));
  }

  private static AuditQueue spool(Path dir, String name) throws IOException {
    return SpoolQueue.builder(dir.resolve(name)).maxSizeBytes(SPOOL_BYTES).open();
  }

  private Path newDir() throws IOException {
    return Files.createDirectory(dir.resolve("spools" + engines));
  }

  /** One engine for each host, each with a thread that logs. */
  private void engines(String kind, int records, int hosts) throws Exception {
    long beginNs = System.nanoTime();
    long beginCpuNs = cpuNs();
    var logging = new ArrayList<Thread>();
    for (int host = 0; host < hosts; host++) {
      Kauditd audit = engine(kind, bootstrap, newDir()).start();
      logging.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < records / hosts; i++) {
                  audit.log(RecordType.USER_LOGIN, TEXT);
                }
                var ledger = audit.close(LONG).ledger();
                if (ledger.delivered() != records / hosts) {
                  System.out.println("not all was delivered: " + ledger);
                  System.exit(1);
                }
              }));
    }
    for (Thread each : logging) {
      each.join();
    }
    tell(records, beginNs, beginCpuNs);
  }

  /** Fills a spool while nobody is there, and then sends what it has. */
  private void drain(int records) throws Exception {
    Path spools = newDir();
    Kauditd filling = engine("spool", "127.0.0.1:1", spools).start();
    filling.configure(settings -> settings.withBacklogLimit(0));
    for (int i = 0; i < records; i++) {
      filling.log(RecordType.USER_LOGIN, TEXT);
    }
    filling.close(Duration.ZERO);
    long beginNs = System.nanoTime();
    long beginCpuNs = cpuNs();
    Kauditd draining = Await.until(() -> reopened(spools), Objects::nonNull);
    Await.until(() -> draining.status().ledger().delivered(), delivered -> delivered >= records);
    tell(records, beginNs, beginCpuNs);
    draining.close(LONG);
  }

  /** Null as long as the engine before has not let go of its spools, which takes its thread. */
  private @Nullable Kauditd reopened(Path spools) {
    try {
      return engine("spool", bootstrap, spools).start();
    } catch (IOException e) {
      return null;
    }
  }
}
