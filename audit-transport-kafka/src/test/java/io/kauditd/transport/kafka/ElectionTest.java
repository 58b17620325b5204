// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Of three brokers the one dies that leads the topic: another one takes over, and delivery goes on
 * by itself.
 */
class ElectionTest {
  @TempDir private Path dir;

  @Test
  @Tag(Deep.TAG)
  void whenTheLeaderDiesAnotherTakesOver() throws Exception {
    assumeTrue(Deep.isDeep(), "three brokers take half a minute: ./dev deep ElectionTest");
    try (Cluster cluster = Cluster.start(dir.resolve("cluster"), Broker.smallJvm());
        DeepSearch kills = Deep.search("kills of the broker that leads the topic", 0, 6, 100)) {
      for (int i = 0; kills.goesOn(); i++) {
        killTheLeader(cluster, Files.createDirectory(dir.resolve("spools" + i)), i % 2 == 0);
        kills.tried(1);
      }
    }
  }

  private static void killTheLeader(Cluster cluster, Path spools, boolean exactlyOnce)
      throws Exception {
    String topic = cluster.newTopic();
    KafkaTransport transport = SteadyLog.transport(cluster.bootstrap(), topic, topic, exactlyOnce);
    try (var log = new SteadyLog(transport, spools)) {
      log.awaitDelivery();
      Broker leader = cluster.leader(topic);
      leader.kill();
      log.awaitDelivery();
      leader.start();
      cluster.awaitAll();
      cluster.awaitInSync(topic);
      SteadyLog.assertComplete(cluster.other(leader), topic, log.end());
    }
  }
}
