// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

  /** One run of the program, and how far it said it was. */
  private static final class Run {
    private final Process process;
    private final BufferedReader says;
    private long said;

    private Run(Broker broker, String topic, Path spools, int number, long count)
        throws IOException {
      process =
          new ProcessBuilder(
                  Program.command(
                      SendingChild.class,
                      List.of("-Xmx128m"),
                      broker.bootstrap(),
                      topic,
                      spools.toString(),
                      "" + number,
                      "" + count))
              .redirectErrorStream(true)
              .start();
      says = process.inputReader(UTF_8);
    }

    /** Reads on until it has logged so many, or more. */
    void awaitLogged(long count) throws IOException {
      while (said < count) {
        String line = says.readLine();
        if (line == null) {
          throw new AssertionError("the program has ended after " + said + " records");
        }
        note(line);
      }
    }

    private void note(String line) {
      if (line.matches("[0-9]+")) {
        said = Long.parseLong(line);
      } else if (!line.equals("ready")
          && !line.startsWith("SLF4J")
          && !line.startsWith("kauditd: delivery to ")) { // an outage, which is what a kill makes
        throw new AssertionError("the program says: " + line);
      }
    }

    void kill() throws Exception {
      process.destroyForcibly().waitFor();
    }
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
      var run = new Run(broker, topic, spools, i, ENDLESS);
      run.awaitLogged(1 + random.nextInt(MOST_RECORDS));
      kill(Victim.values()[(int) ((seed + i) % Victim.values().length)], run, broker, random);
      said.add(run.said);
    }
    var last = new Run(broker, topic, spools, kills, 0);
    String end =
        last.says.lines().filter(line -> line.startsWith("waiting")).findFirst().orElse("");
    assertThat(end).as("seed %d: the last run sends what is left", seed).isEqualTo("waiting 0");
    assertThat(last.process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    compare(broker, topic, said, seed);
  }

  private static void kill(Victim victim, Run run, Broker broker, Random random) throws Exception {
    if (victim != Victim.PROGRAM) {
      broker.kill();
      if (victim == Victim.BROKER) {
        run.awaitLogged(run.said + 1 + random.nextInt(500));
        broker.start();
        run.awaitLogged(run.said + 1 + random.nextInt(MOST_RECORDS));
      }
    }
    run.kill();
    if (victim == Victim.BOTH) {
      broker.start();
    }
  }

  private static void compare(Broker broker, String topic, List<Long> said, long seed) {
    int run = 0;
    long seq = 0;
    long number = 0;
    for (var record : broker.read(topic)) {
      String line = new String(record.value(), UTF_8);
      int at = line.indexOf("run=");
      String[] words = line.substring(at).split("[ =]", -1);
      int ofRun = Integer.parseInt(words[1]);
      if (ofRun != run) {
        assertThat(seq).as("seed %d: run %d", seed, run).isGreaterThanOrEqualTo(said.get(run));
        assertThat(ofRun).as("seed %d: the run behind run %d", seed, run).isEqualTo(run + 1);
        run = ofRun;
        seq = 0;
      }
      assertThat(Long.parseLong(words[3]))
          .as("seed %d: run %d, the record behind %d", seed, run, seq)
          .isEqualTo(seq + 1);
      seq++;
      long next =
          Long.parseLong(new String(record.headers().lastHeader(HeaderName.NUMBER).value(), UTF_8));
      assertThat(next).as("seed %d: the number of %s", seed, line).isEqualTo(number + 1);
      number = next;
    }
    assertThat(run).isEqualTo(said.size() - 1);
    assertThat(seq).isGreaterThanOrEqualTo(said.get(run));
  }
}
