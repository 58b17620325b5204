// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.reasonOfFailure;
import static io.kauditd.transport.file.Logs.serials;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.plugin.ListBatch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-------"));
    sendThird();
    assertThat(serials(log)).containsExactly(3L);
  }

  @Test
  void aLogOfAHostWithANameOfSeveralWordsIsWrittenOn() throws Exception {
    String first = "node=CentOS 7.7 type=USER_LOGIN msg=audit(1.000:1): one\n";
    for (int length = 0; length <= first.length(); length++) {
      found(first.substring(0, length));
      sendThird();
      assertThat(Files.readString(log))
          .as("cut at %s", length)
          .hasLineCount(length < first.length() ? 1 : 2);
    }
    assertThat(serials(log)).containsExactly(1L, 3L);
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
  @ValueSource(
      strings = {
        "x",
        "[section]\nkey = value",
        "typ\ntail",
        "TYPE=a",
        "some notes\n",
        "\n",
        "type=config",
        "type=config\nkey=value",
        "type=config\nkey=value\n",
        "{\"type\":\"USER_LOGIN\"}\n",
        "\u001f\u008b\u0008\0\0\0type=USER_LOGIN msg=audit(1.000:1): x\n\0\0",
        "notes\n\0\0\0\0",
      })
  void aFileThatIsNoLogIsLeftAsItIs(String text) throws Exception {
    found(text);
    var before = Files.readAttributes(log, "unix:*");
    assertRefused();
    assertThat(Files.readString(log, ISO_8859_1)).isEqualTo(text);
    for (String kept : List.of("mode", "uid", "gid", "ino", "size", "lastModifiedTime", "ctime")) {
      assertThat(Files.getAttribute(log, "unix:" + kept)).as(kept).isEqualTo(before.get(kept));
    }
  }

  private void assertRefused() {
    try (var transport = FileTransport.builder(log).maxSizeBytes(4096).keep(1).build()) {
      assertThat(reasonOfFailure(transport))
          .isEqualTo(
              log
                  + " does not look like an audit log; nothing was changed; choose another file, or"
                  + " move this one away");
      assertThat(transport.send(ListBatch.ofSerials(0, 1)).taken()).isZero();
    }
  }

  @Test
  void anEmptyDiskImageIsNoLog() throws Exception {
    try (var image = new RandomAccessFile(log.toFile(), "rw")) {
      image.setLength(64L << 20);
    }
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-------"));
    assertRefused();
    found("\0".repeat(1000));
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused();
    assertThat(Files.size(log)).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=USER_LOGIN msg=audit(1.000:1): x\n",
        "node=web1 type=USER_LOGIN msg=audit(1.000:1): x\n",
        "host=web1 node=b type=UNKNOWN[4711] msg=audit(1.000:1): x\n",
        "type=USER_LOGIN msg=? x\n",
        "type=DAEMON_START msg=NULL\n",
        "an odd head msg=audit(1.000:1): x\n",
        "# a remark of somebody\ntype=USER_LOGIN msg=audit(1.000:1): x\n",
        "type=USER_LOGIN msg=audit(1.000:1): x\nand then something else\n",
      })
  void whatALogCanHoldIsAppendedTo(String text) throws Exception {
    found(text);
    sendThird();
    assertThat(Files.readString(log, ISO_8859_1)).startsWith(text).hasLineCount(lines(text) + 1);
  }

  private static int lines(String text) {
    return (int) text.lines().count();
  }

  @Test
  void aTailThatIsLongerThanAnyLineIsLeftAsItIs() throws Exception {
    String text = FIRST + "x".repeat(100_000);
    found(text);
    assertRefused();
    assertThat(Files.readString(log, ISO_8859_1)).isEqualTo(text);
  }
}
