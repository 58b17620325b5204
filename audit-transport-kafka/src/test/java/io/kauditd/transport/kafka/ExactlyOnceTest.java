// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever dies, the program, the broker or both, at whatever moment: the topic holds every record
 * that the log had taken, once and in order.
 */
class ExactlyOnceTest {
  private static final long ENDLESS = 1_000_000;
  private static final int MOST_RECORDS = 3_000;
  private static final int KILLS_PER_TOPIC = 5;

  @TempDir private Path dir;

  private enum Victim {
    PROGRAM,
    BROKER,
    BOTH
  }

  @Test
  @Tag(Deep.TAG)
  void everyRecordIsThereOnceAndInOrder() throws Exception {
    Broker broker = Broker.shared();
    try (DeepSearch kills = Deep.search("kills of the program and the broker", 3, 200, 2_000)) {
      for (long seed = kills.seed(); kills.goesOn(); seed++) {
        int count = (int) Math.min(KILLS_PER_TOPIC, kills.count());
        killAndCompare(broker, seed, count);
        kills.tried(count);
      }
    }
  }

  private void killAndCompare(Broker broker, long seed, int kills) throws Exception {
    var random = new Random(seed);
    Path spools = Files.createTempDirectory(dir, "spools");
    String topic = broker.newTopic();
    var said = new ArrayList<Long>();
    for (int i = 0; i < kills; i++) {
      var run = new SendingRun(broker, topic, spools, i, ENDLESS);
      run.awaitLogged(1 + random.nextInt(MOST_RECORDS));
      kill(Victim.values()[(int) ((seed + i) % Victim.values().length)], run, broker, random);
      said.add(run.said());
    }
    var last = new SendingRun(broker, topic, spools, kills, 0);
    last.awaitAllSent("seed " + seed);
    compare(broker, topic, said, seed);
  }

  private static void kill(Victim victim, SendingRun run, Broker broker, Random random)
      throws Exception {
    if (victim != Victim.PROGRAM) {
      broker.kill();
      if (victim == Victim.BROKER) {
        run.awaitLogged(run.said() + 1 + random.nextInt(500));
        broker.start();
        run.awaitLogged(run.said() + 1 + random.nextInt(MOST_RECORDS));
      }
    }
    run.kill();
    if (victim == Victim.BOTH) {
      broker.start();
    }
  }

  private static void compare(Broker broker, String topic, List<Long> said, long seed) {
    var lines = new ArrayList<String>();
    long number = 0;
    String before = "nothing";
    for (var record : broker.read(topic)) {
      String line = new String(record.value(), UTF_8);
      String here = "%s at offset %d, of %d".formatted(line, record.offset(), record.timestamp());
      long next =
          Long.parseLong(new String(record.headers().lastHeader(HeaderName.NUMBER).value(), UTF_8));
      assertThat(next)
          .as("seed %d: the number of %s, behind %s", seed, here, before)
          .isEqualTo(number + 1);
      number = next;
      before = here;
      lines.add(line);
    }
    SendingRun.assertOnceAndInOrder(lines, said, seed);
  }
}
