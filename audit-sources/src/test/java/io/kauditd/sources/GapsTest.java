// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.api.AuditLine;
import io.kauditd.api.RecordType;
import io.kauditd.spi.SerialWatch;
import io.kauditd.testkit.CollectingSink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GapsTest {
  private static final String FILTERED =
      """
      type=USER_LOGIN msg=audit(1.000:1): a
      type=DAEMON_CONFIG msg=audit(1.000:7700): b
      type=USER_LOGIN msg=audit(1.000:5): c
      type=USER_LOGIN msg=audit(1.000:100): d
      """;
  private static final LineRules RULES = LineRules.of(RecordType.TRUSTED_APP);

  private final CollectingSink sink = new CollectingSink();

  private void read(SerialWatch.Mode gaps) throws IOException {
    var input = Channels.newChannel(new ByteArrayInputStream(FILTERED.getBytes(UTF_8)));
    new StdinSource(input, "test", RULES.withGaps(gaps)).run(sink);
    assertThat(sink.records()).hasSize(4);
  }

  @Test
  void aFilteredLogIsNoLoss() throws IOException {
    read(SerialWatch.Mode.AUTO);
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void theWholeOfALogHasNoGaps() throws IOException {
    read(SerialWatch.Mode.ON);
    assertThat(sink.problems())
        .containsExactly("97 events are missing: their serials, up to 100, never came");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Apr 20 08:43:50 %s audisp-syslog: ",
        "2026-03-03T07:48:21.123456+01:00 %s audispd: ",
        "Apr 20 08:43:50 %s user.notice audispd: ",
        "Apr 20 08:43:50 %s ",
        "<14>1 2026-03-03T07:48:21.003Z %s audispd 985 - - ",
        "node=%s ",
      })
  void eachHostOfASyslogServerHasItsOwnSerials(String header) throws IOException {
    var log = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      int serial = i < 2000 ? i : i + 5;
      log.append(line(header.formatted("a.test"), i, serial));
      log.append(line(header.formatted("b.test"), i, 500_000 + i));
    }
    var input = Channels.newChannel(new ByteArrayInputStream(log.toString().getBytes(UTF_8)));
    new StdinSource(input, "test", RULES.withGaps(SerialWatch.Mode.ON)).run(sink);
    assertThat(sink.records()).hasSize(6000);
    assertThat(sink.problems())
        .containsExactly(
            "5 events are missing of node a.test: their serials, up to 3004, never came");
  }

  private static String line(String header, int timeMs, int serial) {
    return header + "type=CWD msg=" + AuditLine.stamp(timeMs, serial) + "cwd=\"/\"\n";
  }

  @Test
  void aFacilityIsNoHost() throws IOException {
    String log =
        line("Wed Mar  3 07:48:21 2026 kern.notice kernel: ", 0, 1)
            + line("Wed Mar  3 07:48:21 2026 user.info audispd: ", 0, 2)
            + line("Wed Mar  3 07:48:21 2026 kern.notice kernel: ", 0, 3);
    var input = Channels.newChannel(new ByteArrayInputStream(log.getBytes(UTF_8)));
    new StdinSource(input, "test", RULES.withGaps(SerialWatch.Mode.ON)).run(sink);
    assertThat(sink.records()).hasSize(3);
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void theOtherSourcesWatchAsWell(@TempDir Path directory) throws IOException {
    Path log = Files.writeString(directory.resolve("in.log"), FILTERED);
    new FileSource(log, false, RULES.withGaps(SerialWatch.Mode.ON)).run(sink);
    assertThat(sink.problems()).singleElement().asString().startsWith("97 events are missing");
  }

  @Test
  void whoIsAnAuditDaemonIsToldByTheNameOfTheProcess(@TempDir Path directory) throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/comm")), "needs /proc");
    assertThat(AuditDaemon.is(ProcessHandle.current().pid())).isFalse();
    assertThat(AuditDaemon.is(Integer.MAX_VALUE)).isFalse();
    Path named = Files.copy(Path.of("/bin/sleep").toRealPath(), directory.resolve("auditd"));
    Process process = new ProcessBuilder(named.toString(), "60").start();
    try {
      while (process.isAlive() && !AuditDaemon.is(process.pid())) { // until it has called exec
        Thread.onSpinWait();
      }
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }
}
