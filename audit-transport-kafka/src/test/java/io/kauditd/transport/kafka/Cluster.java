// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Three brokers that are controllers as well, each in a process of its own. Topics have a copy on
 * each, and take a record when two have it.
 */
final class Cluster implements AutoCloseable {
  private static final int COUNT = 3;
  private static final Map<String, String> MIN_ISR = Map.of("min.insync.replicas", "2");

  private final List<Broker> brokers;
  private final Admin admin;

  private Cluster(List<Broker> brokers) {
    this.brokers = brokers;
    this.admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                brokers.stream().map(Broker::internalBootstrap).collect(Collectors.joining(","))));
  }

  /** Starts the brokers, and waits until each knows all. */
  static Cluster start(Path dir, List<String> jvm) throws Exception {
    var ports = new ArrayList<Integer>();
    while (ports.size() < COUNT) {
      ports.add(Ports.free());
    }
    var voters = new ArrayList<String>();
    for (int i = 0; i < COUNT; i++) {
      voters.add((i + 1) + "@127.0.0.1:" + ports.get(i));
    }
    var settings = new HashMap<String, String>();
    settings.put("controller.quorum.voters", String.join(",", voters));
    settings.put("offsets.topic.replication.factor", "" + COUNT);
    settings.put("transaction.state.log.replication.factor", "" + COUNT);
    settings.put("transaction.state.log.min.isr", "2");
    var brokers = new ArrayList<Broker>();
    for (int i = 0; i < COUNT; i++) {
      settings.put("node.id", "" + (i + 1));
      brokers.add(
          Broker.member(dir.resolve("" + (i + 1)), Map.copyOf(settings), jvm, ports.get(i)));
    }
    brokers.forEach(Broker::begin);
    brokers.forEach(Broker::awaitAnswer);
    var cluster = new Cluster(brokers);
    cluster.awaitAll();
    return cluster;
  }

  /** Waits until all brokers are members again. */
  void awaitAll() throws Exception {
    Await.until(() -> admin.describeCluster().nodes().get().size(), count -> count == COUNT);
  }

  /** Where clients connect. */
  String bootstrap() {
    return brokers.stream().map(Broker::bootstrap).collect(Collectors.joining(","));
  }

  String newTopic() throws Exception {
    String name = "audit-" + UUID.randomUUID();
    admin.createTopics(List.of(new NewTopic(name, 1, (short) COUNT).configs(MIN_ISR))).all().get();
    return name;
  }

  /** The one that leads the only partition of a topic. */
  Broker leader(String topic) throws Exception {
    return brokers.get(partition(topic).leader().id() - 1);
  }

  /** Any but this one. */
  Broker other(Broker than) {
    return brokers.get(brokers.getFirst() == than ? 1 : 0);
  }

  /** Waits until all three have all records of a topic. */
  void awaitInSync(String topic) throws Exception {
    Await.until(() -> partition(topic).isr().size(), count -> count == COUNT);
  }

  private TopicPartitionInfo partition(String topic) throws Exception {
    return Objects.requireNonNull(
            admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic))
        .partitions()
        .getFirst();
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    brokers.forEach(Broker::kill); // a controller that is asked to end waits for the others
    brokers.forEach(Broker::close);
  }
}
