// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of {@link SendingChild}, and how far it said it was. */
final class SendingRun {
  private final Process process;
  private final BufferedReader says;
  private long said;

  SendingRun(Broker broker, String topic, Path spools, int number, long count) throws IOException {
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

  /** The records that it has logged for sure. */
  long said() {
    return said;
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

  /** Waits for the end of a run that only sends what is left. */
  void awaitAllSent(String what) throws Exception {
    String end = says.lines().filter(line -> line.startsWith("waiting")).findFirst().orElse("");
    assertThat(end).as("%s: the last run sends what is left", what).isEqualTo("waiting 0");
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
  }

  /**
   * The lines have the records of each run from the first one on, once and in order.
   *
   * @param said how many records each run had logged for sure
   */
  static void assertOnceAndInOrder(List<String> lines, List<Long> said, long seed) {
    int run = 0;
    long seq = 0;
    for (String line : lines) {
      String[] words = line.substring(line.indexOf("run=")).split("[ =]", -1);
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
    }
    assertThat(run).isEqualTo(said.size() - 1);
    assertThat(seq).isGreaterThanOrEqualTo(said.get(run));
  }
}
