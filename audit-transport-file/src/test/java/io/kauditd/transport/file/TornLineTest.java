// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.reasonOfFailure;
import static io.kauditd.transport.file.Logs.serials;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TornLineTest {
  private static final String FIRST = "type=USER_LOGIN msg=audit(1.000:1): one\n";
  private static final String SECOND = "node=a type=USER_LOGIN msg=audit(1.000:2): two\n";

  @TempDir Path dir;
  private Path log;

  @BeforeEach
  void name() {
    log = dir.resolve("audit.log");
  }

  private void found(String text) throws IOException {
    Files.writeString(log, text, ISO_8859_1);
  }

  private void sendThird() {
    try (var transport = FileTransport.builder(log).build()) {
      open(transport);
      transport.send(ListBatch.ofSerials(3, 4));
    }
  }

  @Test
  void aLineIsCutWhereverItWasTorn() throws Exception {
    for (int length = 0; length < FIRST.length() + SECOND.length(); length++) {
      found((FIRST + SECOND).substring(0, length));
      sendThird();
      if (length < FIRST.length()) {
        assertThat(serials(log)).as("cut at %s", length).containsExactly(3L);
      } else {
        assertThat(serials(log)).as("cut at %s", length).containsExactly(1L, 3L);
      }
    }
    found(FIRST + SECOND);
    sendThird();
    assertThat(serials(log)).containsExactly(1L, 2L, 3L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4096, 70_000, 300_000})
  void nulsThatACrashLeftAreCut(int count) throws Exception {
    String nuls = "\0".repeat(count);
    found(FIRST + nuls);
    sendThird();
    assertThat(serials(log)).containsExactly(1L, 3L);
    found(FIRST + "type=USER_LO" + nuls);
    sendThird();
    assertThat(serials(log)).containsExactly(1L, 3L);
    found(nuls);
    sendThird();
    assertThat(serials(log)).containsExactly(3L);
  }

  @Test
  void theLongestLineIsCutAndNothingBeforeIt() throws Exception {
    String start = "type=USER_LOGIN msg=audit(1.000:2): ";
    String longest = start + "x".repeat(AuditRecord.MAX_LENGTH_BYTES);
    found(FIRST + longest);
    sendThird();
    assertThat(serials(log)).containsExactly(1L, 3L);
    found(longest);
    sendThird();
    assertThat(serials(log)).containsExactly(3L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "[section]\nkey = value", "typ\ntail", "TYPE=a"})
  void aFileThatIsNoLogIsLeftAsItIs(String text) throws Exception {
    found(text);
    try (var transport = FileTransport.builder(log).build()) {
      assertThat(reasonOfFailure(transport))
          .isEqualTo(
              log
                  + " does not end in a line end, and is no audit log that was cut short; nothing"
                  + " was changed; choose another file, or end its last line");
    }
    assertThat(Files.readString(log, ISO_8859_1)).isEqualTo(text);
  }

  @Test
  void aTailThatIsLongerThanAnyLineIsLeftAsItIs() throws Exception {
    String text = FIRST + "x".repeat(100_000);
    found(text);
    try (var transport = FileTransport.builder(log).build()) {
      assertThat(reasonOfFailure(transport)).contains("nothing was changed");
    }
    assertThat(Files.readString(log, ISO_8859_1)).isEqualTo(text);
  }

  @Test
  void anotherTextFileThatEndsInALineEndIsAppendedTo() throws Exception {
    found("some notes\n");
    sendThird();
    assertThat(Files.readString(log, ISO_8859_1)).startsWith("some notes\ntype=USER_LOGIN");
  }
}
