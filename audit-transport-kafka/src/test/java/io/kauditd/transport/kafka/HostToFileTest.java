// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a host to a topic to a file: whatever dies, the host's program, the broker, the centre or
 * all of them, at whatever moment, the file has every record that the host's log had taken, once
 * and in order.
 */
class HostToFileTest {
  private static final long ENDLESS = 1_000_000;
  private static final int MOST_RECORDS = 3_000;
  private static final int MOST_BYTES = 100_000;
  private static final int KILLS_PER_TOPIC = 5;
  private static final int HOSTS = 6;
  private static final int RECORDS = 500;

  @TempDir private Path dir;

  private final Broker broker = Broker.shared();

  private enum Victim {
    CENTRE,
    HOST,
    BROKER,
    ALL
  }

  @Test
  @Tag(Deep.TAG)
  void everyRecordIsInTheFileOnceAndInOrder() throws Exception {
    try (DeepSearch kills = Deep.search("kills from the host to the file", 2, 200, 2_000)) {
      for (long seed = kills.seed(); kills.goesOn(); seed++) {
        int count = (int) Math.min(KILLS_PER_TOPIC, kills.count());
        killAndCompare(seed, count);
        kills.tried(count);
      }
    }
  }

  private void killAndCompare(long seed, int kills) throws Exception {
    var random = new Random(seed);
    Path spools = Files.createTempDirectory(dir, "spools");
    Path files = Files.createTempDirectory(dir, "files");
    Path file = files.resolve(HostName.here() + ".log");
    String topic = broker.newTopic();
    var said = new ArrayList<Long>();
    Program centre = centre(topic, files);
    var host = new SendingRun(broker, topic, spools, 0, ENDLESS);
    for (int i = 0; i < kills; i++) {
      host.awaitLogged(host.said() + 1 + random.nextInt(MOST_RECORDS));
      awaitMore(file, 1 + random.nextInt(MOST_BYTES));
      Victim victim = Victim.values()[(int) ((seed + i) % Victim.values().length)];
      if (victim == Victim.BROKER || victim == Victim.ALL) {
        broker.kill();
      }
      if (victim == Victim.CENTRE || victim == Victim.ALL) {
        centre.close();
        centre.end();
      }
      if (victim == Victim.HOST || victim == Victim.ALL) {
        host.kill();
        said.add(host.said());
      }
      if (victim == Victim.CENTRE || victim == Victim.ALL) {
        centre = centre(topic, files); // which waits for the broker
      }
      if (victim == Victim.BROKER || victim == Victim.ALL) {
        broker.start();
      }
      if (victim == Victim.HOST || victim == Victim.ALL) {
        host = new SendingRun(broker, topic, spools, said.size(), ENDLESS);
      }
    }
    host.awaitLogged(host.said() + 1);
    host.kill();
    said.add(host.said());
    new SendingRun(broker, topic, spools, said.size(), 0).awaitAllSent("seed " + seed);
    int all = broker.read(topic).size();
    Await.until(() -> lines(file).size(), count -> count >= all);
    centre.say("end");
    centre.await("ended");
    SendingRun.assertOnceAndInOrder(lines(file), said, seed);
    assertThat(lines(file)).as("seed %d", seed).hasSize(all);
    assertThat(centre.lines()).noneMatch(line -> line.startsWith("problem"));
  }

  /** What one of them has read is delivered before the other one reads on. */
  @Test
  void twoCentresOfOneGroupShareATopic() throws Exception {
    String topic = broker.newTopic(2, Map.of());
    Path here = Files.createTempDirectory(dir, "here");
    Path there = Files.createTempDirectory(dir, "there");
    send(topic, 1);
    try (Program first = centre(topic, here)) {
      Await.until(() -> linesIn(here).size(), count -> count > 0);
      try (Program second = centre(topic, there)) {
        int rounds = 1;
        while (linesIn(there).isEmpty()) { // the first one reads all until the second has joined
          send(topic, ++rounds);
        }
        send(topic, ++rounds);
        int all = rounds * HOSTS * RECORDS;
        Await.until(() -> linesIn(here).size() + linesIn(there).size(), count -> count >= all);
        second.say("end");
        second.await("ended");
        first.say("end");
        first.await("ended");
        var lines = new ArrayList<>(linesIn(here));
        lines.addAll(linesIn(there));
        assertThat(lines).hasSize(all).doesNotHaveDuplicates();
      }
    }
  }

  /** From several hosts, which have keys of their own, and so different partitions. */
  private void send(String topic, int round) throws Exception {
    for (int host = 1; host <= HOSTS; host++) {
      try (var transport =
          KafkaTransport.builder(broker.bootstrap(), topic).instance("host" + host).build()) {
        var driver = new Driver(transport);
        driver.connect();
        String text = "host=" + host + " round=" + round;
        driver.sendUntilAnswered(
            IntStream.rangeClosed(1, RECORDS)
                .mapToObj(i -> AuditRecord.of(RecordType.USER_LOGIN, 0, i, text))
                .toList());
      }
    }
  }

  private static List<String> linesIn(Path files) throws IOException {
    return lines(files.resolve(HostName.here() + ".log"));
  }

  private Program centre(String topic, Path files) throws IOException {
    return Program.start(
        CentreChild.class, List.of("-Xmx128m"), broker.bootstrap(), topic, files.toString());
  }

  private static void awaitMore(Path file, int bytes) throws Exception {
    long now = sizeBytes(file);
    Await.until(() -> sizeBytes(file), size -> size >= now + bytes);
  }

  private static long sizeBytes(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
