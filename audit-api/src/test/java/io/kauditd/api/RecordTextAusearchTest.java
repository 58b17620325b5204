// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.AuditTool;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's own tools read what is made of fields. Needs the package {@code auditd}. */
class RecordTextAusearchTest {
  private static final long TIME_MS = 1_773_475_200_000L;

  @TempDir Path dir;
  private Path log;

  @BeforeEach
  void name() {
    log = dir.resolve("audit.log");
  }

  private void write(int type, Iterable<RecordText> texts) throws IOException {
    var lines = new ArrayList<String>();
    long serial = 0;
    for (RecordText text : texts) {
      lines.add(AuditLine.format(AuditRecord.of(type, TIME_MS, ++serial, text.toString())));
    }
    Files.write(log, lines);
  }

  private String run(String tool, String... arguments) throws Exception {
    return AuditTool.run(tool, log, arguments);
  }

  private static RecordText login(String account, boolean success) {
    return RecordText.of(RecordType.USER_LOGIN)
        .field("op", "login")
        .text("acct", account)
        .text("addr", "192.0.2.7")
        .result(success);
  }

  @Test
  void theToolsFindWhoLoggedInAndWhoDidNot() throws Exception {
    write(
        RecordType.USER_LOGIN,
        List.of(
            login("alice", true),
            login("bob\" res=success acct=\"root", false),
            login("bob lee", false)));

    assertThat(run("ausearch", "-sv", "no", "--raw").lines()).hasSize(2);
    assertThat(run("ausearch", "-sv", "yes", "--raw").lines())
        .singleElement()
        .asString()
        .contains("acct=\"alice\"");
    String uid = Sender.self().prefix().replaceAll(".* uid=([0-9]+) .*", "$1");
    assertThat(run("ausearch", "-ua", uid, "--raw").lines()).hasSize(3);
    assertThat(run("ausearch", "-ua", uid + "1", "--raw").lines()).isEmpty();
    assertThat(run("ausearch", "-hn", "192.0.2.7", "--raw").lines()).hasSize(3);
    assertThat(run("ausearch", "-tm", "ssh", "--raw")).isEmpty();
    assertThat(run("ausearch", "-p", "" + ProcessHandle.current().pid(), "--raw").lines())
        .hasSize(3);
    assertThat(run("aureport", "-l"))
        .contains(" -1 192.0.2.7 ? ", " yes 1\n") // whom the login user names, once it is set
        .contains(" 192.0.2.7 ? ", " no 2\n", " no 3\n");
    assertThat(run("aureport", "-l", "--failed").lines().filter(line -> line.contains(" no ")))
        .hasSize(2);
    assertThat(run("aureport", "--failed")).contains("Number of failed logins: 2");
    assertThat(run("aureport", "--summary")).contains("Number of logins: 1");
  }

  @Test
  void aRecordWithoutAResultIsNoMalformedOne() throws Exception {
    write(
        RecordType.TRUSTED_APP,
        List.of(
            RecordText.of(RecordType.TRUSTED_APP)
                .field("op", "x")
                .text("note", "y=z")
                .field("port", 8080)
                .field("n", 41424344)
                .field("state", "face")));
    assertThat(run("ausearch", "-tm", "?", "--raw").lines()).hasSize(1);
    assertThat(run("ausearch", "-sv", "yes", "--raw")).isEmpty();
    assertThat(run("ausearch", "-i"))
        .contains("op=x note=y=z port=8080 n=41424344 state=face ", " terminal=? ");
  }

  @Test
  @Tag(Deep.TAG)
  void ausearchReadsValuesBackAsTheyWentIn() throws Exception {
    try (DeepSearch values = Deep.search("values of fields", 20, 300, 3_000)) {
      for (long seed = values.seed(); values.goesOn(); seed++) {
        readBack(seed);
        values.tried(1);
      }
    }
  }

  /** A hundred records a call of ausearch; every value comes back, and every result. */
  private void readBack(long seed) throws Exception {
    var random = new Random(seed);
    Map<String, Boolean> accounts = new LinkedHashMap<>();
    var texts = new ArrayList<RecordText>();
    while (texts.size() < 100) {
      String value = "v" + texts.size() + Values.any(random, 12);
      boolean success = random.nextBoolean();
      accounts.put(value, success);
      texts.add(login(value, success).text("path", value).text("reason", value).text("cwd", value));
    }
    write(RecordType.USER_LOGIN, texts);

    long failures = accounts.values().stream().filter(success -> !success).count();
    assertThat(run("ausearch", "-sv", "no", "--raw").lines())
        .as("seed " + seed)
        .hasSize((int) failures);
    String read = run("ausearch", "-i", "--escape", "raw");
    int at = 0;
    for (Map.Entry<String, Boolean> each : accounts.entrySet()) {
      String value = each.getKey();
      String expected = "op=login acct=" + value + " path=" + value + " reason=";
      int found = read.indexOf(expected, at);
      assertThat(found).as("seed %d: %s", seed, expected).isGreaterThanOrEqualTo(at);
      String rest = " cwd=" + value + " exe=";
      int cwd = read.indexOf(rest, found);
      assertThat(cwd).as("seed %d: %s", seed, rest).isGreaterThan(found);
      String end =
          read.substring(
              cwd + rest.length(),
              read.indexOf("\n----", cwd) < 0 ? read.length() : read.indexOf("\n----", cwd));
      assertThat(end)
          .as("seed %d", seed)
          .contains("res=" + (each.getValue() ? "success" : "failed"));
      at = cwd;
    }
  }
}
