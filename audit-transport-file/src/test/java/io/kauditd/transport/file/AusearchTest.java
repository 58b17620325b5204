// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.open;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.AuditTool;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  private String run(String tool, String... arguments) throws Exception {
    return AuditTool.run(ISO_8859_1, tool, log, arguments);
  }

  @Test
  void ausearchFindsEveryRecordAsItWasWritten() throws Exception {
    assertThat(run("ausearch", "--raw")).isEqualTo(sample);
  }

  @Test
  void ausearchPutsEventsTogether() throws Exception {
    String found = run("ausearch", "-i", "-k", "secrets");
    assertThat(found)
        .contains("type=PROCTITLE", "proctitle=cat /etc/shadow", "syscall=openat success=no")
        .contains("name=/etc/shadow");
    assertThat(run("ausearch", "-m", "USER_LOGIN", "-sv", "no", "-i"))
        .contains("acct=alice", "acct=(unknown user)", "addr=198.51.100.7");
  }

  @Test
  void aureportCountsThem() throws Exception {
    assertThat(run("aureport", "--summary"))
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
    String raw = AuditTool.run("ausearch", forged, "--raw");
    assertThat(raw.lines()).hasSize(2);
    assertThat(raw).contains("type=UNKNOWN[4711] msg=audit(1773475200.001:3): ");
    assertThat(AuditTool.run("ausearch", forged, "-a", "2")).isEmpty();
  }
}
