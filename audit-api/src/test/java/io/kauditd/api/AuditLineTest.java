// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLineTest {
  private static @Nullable AuditRecord parse(String line) {
    return AuditLine.parse(line.getBytes(UTF_8));
  }

  @Test
  void aLineIsTakenApart() {
    var record =
        requireNonNull(parse("type=USER_LOGIN msg=audit(1642555588.123:456): pid=1 uid=0"));
    assertThat(record.type()).isEqualTo(RecordType.USER_LOGIN);
    assertThat(record.timeMs()).isEqualTo(1642555588123L);
    assertThat(record.serial()).isEqualTo(456);
    assertThat(record.text()).isEqualTo("pid=1 uid=0");
    assertThat(record.head()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "node=web1 type=SYSCALL, 1300, true",
    "type=UNKNOWN[1234], 1234, false",
    "type=UNKNOWN[1305], 1305, true", // as long as CONFIG_CHANGE
    "type=UNKNOWN[01234], 1234, true",
    "type=1302, 1302, true", // as long as PATH
    "type=MADE_UP, 0, true",
    "type=UNKNOWN[0], 0, false",
    "type=UNKNOWN[1000], 1000, false",
  })
  void aHeadThatIsNotTheUsualOneIsKept(String head, int type, boolean kept) {
    String line = head + " msg=audit(1.000:2): a=b";
    var record = requireNonNull(parse(line));
    assertThat(record.type()).isEqualTo(type);
    assertThat(record.head()).isEqualTo(kept ? head : null);
    assertThat(AuditLine.format(record)).isEqualTo(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=CWD msg=audit(1492037291.036:59):  cwd=\"/home\"", // the kernel writes two spaces
        // here
        "type=CWD msg=audit(0.000:0): ",
        "type=CWD msg=audit(0.000:0):",
        "type=CWD msg=audit(0.000:0)",
        "type=CWD msg=audit(1.000:2):x",
        "type=CWD msg=audit(1.000:2) ",
        "type=CWD msg=audit(1.000:2)  x",
        "node=web1 type=EOE msg=audit(1.000:2):",
        "node=web1 type=EOE msg=audit(1.000:2): ",
        "node= type=CWD msg=audit(1.000:2): x",
        "node=a\"b'c(d type=CWD msg=audit(1.000:2): x",
        "node=höst.例え type=CWD msg=audit(1.000:2): x",
        "host=hosta type=AVC msg=audit(1.000:2): x",
        "node=CentOS 7.7 type=AVC msg=audit(1.000:2): x",
        "host=a höst of mine type=AVC msg=audit(1.000:2): x",
        "node=a type=CWD msg=audit(1.000:2) old",
        "type=CWD msg=audit(9223372036854775.807:18446744073709551615): x",
        "type=CWD msg=audit(1.000:2): msg=audit(3.000:4): x",
        "type=CWD msg=audit(1.000:2): trailing ",
        "type=USER msg=audit(1.000:2): enriched\u001DUID=\"root\"",
        "type=USER msg=audit(1.000:2): tab\tbell\u0007esc\u001B[31m",
      })
  void whatIsReadIsWrittenBack(String line) {
    assertThat(requireNonNull(parse(line)).toString()).isEqualTo(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "type=CWD",
        "type= msg=audit(1.000:2): x",
        "type=C WD msg=audit(1.000:2): x",
        "type=CWD\u0001 msg=audit(1.000:2): x",
        "type=CWDé msg=audit(1.000:2): x",
        "TYPE=CWD msg=audit(1.000:2): x",
        " type=CWD msg=audit(1.000:2): x",
        "node=a  type=CWD msg=audit(1.000:2): x",
        "node=a b=c type=CWD msg=audit(1.000:2): x",
        "node=a=b c type=CWD msg=audit(1.000:2): x",
        "node=0123456789 0123456789 0123456789 0123456789 0123456789 01234567890123 type=CWD"
            + " msg=audit(1.000:2): x",
        "node=a b c",
        "node=a b type=CWD",
        "node=a msg=audit(1.000:2): x",
        "type=CWD  msg=audit(1.000:2): x",
        "type=CWD msg=audit(1.000:): x",
        "type=CWD msg=audit(1.000): x",
        "type=CWD msg=audit(1.00:2): x",
        "type=CWD msg=audit(1.0000:2): x",
        "type=CWD msg=audit(1:2): x",
        "type=CWD msg=audit(.000:2): x",
        "type=CWD msg=audit(01.000:2): x",
        "type=CWD msg=audit(1.000:02): x",
        "type=CWD msg=audit(1.000:2)x",
        "node=a\tb type=CWD msg=audit(1.000:2): x",
        "host=a node=b type=CWD msg=audit(1.000:2): x",
        "type=CWD msg=audit(-1.000:2): x",
        "type=CWD msg=audit(1.000:-2): x",
        "type=CWD msg=audit(9223372036854775.808:2): x",
        "type=CWD msg=audit(9223372036854776.000:2): x",
        "type=CWD msg=audit(99999999999999999.000:2): x",
        "type=CWD msg=audit(1.000:18446744073709551616): x",
        "type=CWD msg=audit(1.000:99999999999999999999): x",
        "type=CWD msg=audit(1.000:184467440737095516150): x",
        "type=CWD msg=audit(1.000:2): a\rb",
        "type=CWD msg=audit(1.000:2): a\nb",
        "type=CWD msg=audit(1.000:2): a\0b",
        "type=CWD msg=audit(",
      })
  void whatIsNotInTheFormatIsNoRecord(String line) {
    assertThat(parse(line)).isNull();
  }

  @Test
  void theStampOfOldAuditDaemonsIsRead() {
    String line = "type=DAEMON_CONFIG msg=audit(1490239800.477:34) config changed, auid=0";
    var record = requireNonNull(parse(line));
    assertThat(record.type()).isEqualTo(1203);
    assertThat(record.timeMs()).isEqualTo(1490239800477L);
    assertThat(record.serial()).isEqualTo(34);
    assertThat(record.text()).isEqualTo("config changed, auid=0");
    assertThat(AuditLine.format(record)).isEqualTo(line);
  }

  @Test
  void onlyThePartThatIsAskedForIsRead() {
    byte[] bytes = "xxtype=CWD msg=audit(1.000:2): abc".getBytes(UTF_8);
    assertThat(requireNonNull(AuditLine.parse(bytes, 2, bytes.length - 2)).text()).isEqualTo("a");
    int stampTo = bytes.length - "): abc".length();
    for (int to = 2; to <= stampTo; to++) {
      assertThat(AuditLine.parse(bytes, 2, to)).as("to %s", to).isNull();
    }
    for (int to = stampTo + 1; to < bytes.length - 2; to++) {
      assertThat(requireNonNull(AuditLine.parse(bytes, 2, to)).text()).as("to %s", to).isEmpty();
    }
  }

  @Test
  void theLimitIsTheTextsNotTheLines() {
    String start = "type=CWD msg=audit(1.000:2): ";
    String longest = "x".repeat(AuditRecord.MAX_LENGTH_BYTES);
    assertThat(requireNonNull(parse(start + longest)).text()).isEqualTo(longest);
    assertThat(parse(start + longest + "x")).isNull();
    String node = "n".repeat(AuditLineEncoder.MAX_HEAD_BYTES - "node= type=CWD".length());
    assertThat(parse("node=" + node + " " + start + "x")).isNotNull();
    assertThat(parse("node=n" + node + " " + start + "x")).isNull();
  }

  @Test
  void namesThatTheDaemonPutBehindTheTextHaveRoomOfTheirOwn() {
    String start = "type=CWD msg=audit(1.000:2): ";
    String longest = "x".repeat(AuditRecord.MAX_LENGTH_BYTES);
    int room = AuditRecord.MAX_ENRICHED_LENGTH_BYTES - AuditRecord.MAX_LENGTH_BYTES;
    String names = "\u001D" + "N".repeat(room - 1);
    assertThat(requireNonNull(parse(start + longest + names)).toString())
        .isEqualTo(start + longest + names);
    assertThat(parse(start + longest + names + "N")).isNull();
    assertThat(parse(start + longest + "x\u001DUID=\"root\"")).isNull();
  }

  @Test
  void bytesThatAreNotUtf8AreKept() {
    byte[] line = "type=CWD msg=audit(1.000:2): a\u00FF\u00C3(".getBytes(ISO_8859_1);
    assertThat(requireNonNull(AuditLine.parse(line)).textBytes())
        .isEqualTo("a\u00FF\u00C3(".getBytes(ISO_8859_1));
  }

  @Test
  void theNameOfAHostIsBytes() {
    byte[] line = "node=h\u00F6st\u00FF type=CWD msg=audit(1.000:2): x".getBytes(ISO_8859_1);
    var record = requireNonNull(AuditLine.parse(line));
    assertThat(record.headBytes()).isEqualTo("node=h\u00F6st\u00FF type=CWD".getBytes(ISO_8859_1));
    assertThat(record.head()).isEqualTo("node=h\uFFFDst\uFFFD type=CWD");
    byte[] out = new byte[AuditLineEncoder.MAX_LINE_BYTES];
    int length = new AuditLineEncoder().encode(record, out, 0);
    assertThat(Arrays.copyOf(out, length - 1)).isEqualTo(line);
  }

  @Test
  void nothingInARecordMakesASecondLine() {
    var record =
        AuditRecord.of(1112, 1, 2, "a\nb\r\nc\0d").withHead("node=x\ntype=FAKE type=USER_LOGIN");
    assertThat(AuditLine.format(record))
        .isEqualTo("node=x type=FAKE type=USER_LOGIN msg=audit(0.001:2): a b  c d");
  }

  @ParameterizedTest
  @CsvSource({"0, 0.000", "7, 0.007", "10, 0.010", "999, 0.999", "1000, 1.000"})
  void millisecondsHaveThreeDigits(long timeMs, String stamp) {
    assertThat(AuditLine.stamp(timeMs, 5)).isEqualTo("audit(" + stamp + ":5): ");
  }
}
