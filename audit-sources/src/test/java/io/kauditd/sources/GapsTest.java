// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
