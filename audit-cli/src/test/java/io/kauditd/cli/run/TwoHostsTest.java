// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kauditd.cli.ToolProcess;
import io.kauditd.fixtures.CommandResult;
import io.kauditd.fixtures.Ports;
import io.kauditd.fixtures.StandStill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host sends to a collector, both are the tool, and the collector has bad days. */
class TwoHostsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int BATCH = 200;
  private static final int WINDOW = 128;

  @TempDir Path directory;

  private ToolProcess start(String name, String... arguments) throws IOException {
    var all = new ArrayList<>(List.of("run", "--policy", "ordered"));
    all.addAll(List.of("--runtime-dir", directory.resolve("run").toString()));
    all.addAll(List.of(arguments));
    return ToolProcess.start(
        Files.createDirectories(directory.resolve(name)), all.toArray(String[]::new));
  }

  private ToolProcess startCollector(String name, int port) throws IOException {
    return start(
        name,
        "--source",
        "auditd:127.0.0.1:" + port,
        "--transport",
        "file:" + directory.resolve("%{node}.log"));
  }

  private static void write(ToolProcess host, int round) throws IOException {
    for (int serial = round * BATCH + 1; serial <= (round + 1) * BATCH; serial++) {
      host.in()
          .write(
              "type=USER_LOGIN msg=audit(1642555588.000:%1$d): seq=%1$d\n"
                  .formatted(serial)
                  .getBytes(UTF_8));
    }
    host.in().flush();
  }

  private List<String> collected() throws IOException {
    Path log = directory.resolve("web1.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private void awaitCollected(int rounds) {
    await().atMost(PATIENCE).until(() -> new HashSet<>(collected()).size() >= rounds * BATCH);
  }

  @Test
  void nothingIsLostWhateverTheCollectorGoesThrough() throws Exception {
    int port = Ports.free();
    try (var host =
        start(
            "host",
            "--source",
            "stdin",
            "--transport",
            "auditd:127.0.0.1:" + port,
            "--set",
            "node=web1")) {
      write(host, 0); // nobody is there yet
      await().atMost(PATIENCE).until(() -> host.complained().contains("Connection refused"));
      try (var collector = startCollector("first", port)) {
        awaitCollected(1);
        collector.signal("KILL");
        write(host, 1);
        collector.result();
      }
      try (var collector = startCollector("second", port)) {
        awaitCollected(2);
        StandStill.begin(collector.pid());
        write(host, 2);
        await().atMost(PATIENCE).until(() -> host.complained().contains("no acknowledgement"));
        StandStill.end(collector.pid());
        awaitCollected(3);
        host.in().close();
        CommandResult ended = host.result();

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("  delivered  600\n");
        assertThat(ended.err()).contains("no record was lost").doesNotContain("Exception", "\tat ");
        collector.signal("TERM");
        assertThat(collector.result().code()).isEqualTo(143);
      }
    }
    List<String> lines = collected();
    assertThat(new HashSet<>(lines))
        .isEqualTo(
            new HashSet<>(
                IntStream.rangeClosed(1, 3 * BATCH)
                    .mapToObj(serial ->
                        "node=web1 type=USER_LOGIN msg=audit(1642555588.000:%1$d): seq=%1$d"
                            .formatted(serial))
                    .toList()));
    assertThat(lines.size() - 3 * BATCH).as("came twice").isBetween(0, 2 * WINDOW);
  }

  /** Each transport says what is wrong with its server once, and keeps its records. */
  @Test
  void whatIsWrongIsSaidInOneSentenceAndTheRecordsWait() throws Exception {
    String place = "127.0.0.1:" + Ports.free();
    Map<String, String> wrong =
        Map.of(
            "relp:" + place,
            "RELP server " + place + ": Connection refused",
            "syslog:" + place,
            "syslog server " + place + ": Connection refused",
            "auditd:" + place,
            "audit daemon " + place + ": Connection refused",
            "far=auditd:no-such-host.invalid:60",
            "audit daemon no-such-host.invalid:60: ");
    var arguments = new ArrayList<>(List.of("--source", "stdin", "--failure-mode", "silent"));
    arguments.addAll(List.of("--close-deadline", "0s"));
    wrong.keySet().forEach(transport -> arguments.addAll(List.of("--transport", transport)));
    try (var host = start("host", arguments.toArray(String[]::new))) {
      write(host, 0);
      await()
          .atMost(PATIENCE)
          .until(() -> wrong.values().stream().allMatch(host.complained()::contains));
      host.in().close();
      CommandResult ended = host.result();

      List<String> said =
          ended.err().lines().filter(line -> line.contains("cannot be opened")).toList();
      for (String words : wrong.values()) {
        // a name server may be silent first, and then say that it knows no such host
        int most = words.contains("no-such-host") ? 2 : 1;
        assertThat(said.stream().filter(line -> line.contains(words)).count())
            .as("%s: %s", words, said)
            .isBetween(1L, (long) most);
      }
      assertThat(ended.err()).doesNotContain("Exception", "\tat ");
      assertThat(ended.outLines())
          .filteredOn(line -> line.matches(" +waiting +200 .*"))
          .hasSize(wrong.size());
      assertThat(ended.code()).isEqualTo(1);
    }
  }
}
