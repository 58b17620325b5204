// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.open;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's own tools read what the transport writes. Needs the package {@code auditd}. */
class AusearchTest {
  @TempDir Path dir;
  private Path log;
  private String sample;

  @BeforeEach
  void write() throws IOException {
    log = dir.resolve("audit.log");
    sample = Files.readString(Path.of("..", "samples", "audit.log"), ISO_8859_1);
    var records = new ArrayList<AuditRecord>();
    for (String line : sample.strip().split("\n", -1)) {
      records.add(AuditLine.parse(line.getBytes(ISO_8859_1)));
    }
    try (var transport = FileTransport.builder(log).build()) {
      open(transport);
      assertThat(transport.send(ListBatch.of(records))).isEqualTo(SendResult.sent(records.size()));
    }
  }

  private static String run(String tool, String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(tool);
    command.addAll(List.of(arguments));
    Process process;
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("TZ", "UTC");
      builder.environment().put("LC_ALL", "C");
      process = builder.start();
    } catch (IOException e) {
      assumeTrue(false, tool + " is not installed (package auditd)");
      return "";
    }
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void ausearchFindsEveryRecordAsItWasWritten() throws Exception {
    assertThat(run("ausearch", "-if", log.toString(), "--raw")).isEqualTo(sample);
  }

  @Test
  void ausearchPutsEventsTogether() throws Exception {
    String found = run("ausearch", "-if", log.toString(), "-i", "-k", "secrets");
    assertThat(found)
        .contains("type=PROCTITLE", "proctitle=cat /etc/shadow", "syscall=openat success=no")
        .contains("name=/etc/shadow");
    assertThat(run("ausearch", "-if", log.toString(), "-m", "USER_LOGIN", "-sv", "no", "-i"))
        .contains("acct=alice", "acct=(unknown user)", "addr=198.51.100.7");
  }

  @Test
  void aureportCountsThem() throws Exception {
    assertThat(run("aureport", "-if", log.toString(), "--summary"))
        .contains("Number of events: 27")
        .contains("Number of failed logins: 2")
        .contains("Number of AVC's: 1")
        .contains("Number of anomaly events: 1");
  }

  @Test
  void whatOthersPutIntoARecordDoesNotConfuseThem() throws Exception {
    Path forged = dir.resolve("forged.log");
    try (var transport = FileTransport.builder(forged).build()) {
      open(transport);
      transport.send(
          ListBatch.of(
              AuditRecord.of(
                  1112,
                  1773475200000L,
                  1,
                  "pid=1 acct=\"x\ntype=USER_LOGIN"
                      + " msg=audit(1773475200.000:2): pid=2 uid=0 res=success\" res=failed"),
              AuditRecord.of(4711, 1773475200001L, 3, "a type without a name")));
    }
    String raw = run("ausearch", "-if", forged.toString(), "--raw");
    assertThat(raw.lines()).hasSize(2);
    assertThat(raw).contains("type=UNKNOWN[4711] msg=audit(1773475200.001:3): ");
    assertThat(run("ausearch", "-if", forged.toString(), "-a", "2")).contains("<no matches>");
  }
}
