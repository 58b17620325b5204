// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordParserTest {
  private final RecordParser parser = new RecordParser();

  private @Nullable AuditRecord parse(String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
    return parser.parse(1300, MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  @Test
  void aStampGivesTimeAndSerialAndTheRestIsText() {
    AuditRecord record = parse("audit(1642555588.123:456): arch=c000003e syscall=59");
    assertThat(record)
        .isEqualTo(AuditRecord.of(1300, 1642555588123L, 456, "arch=c000003e syscall=59"));
  }

  @Test
  void oneTrailingSpaceIsTrimmedAndNoMore() {
    assertThat(parse("audit(1.000:1): a b ")).extracting(AuditRecord::text).isEqualTo("a b");
    assertThat(parse("audit(1.000:1): a b  ")).extracting(AuditRecord::text).isEqualTo("a b ");
  }

  @Test
  void aNulEndsTheTextWhereverItStands() {
    for (int length = 0; length < 40; length++) {
      String text = "x".repeat(length);
      assertThat(parse("audit(1.000:1): " + text + "\0rest"))
          .as("NUL after %d bytes", length)
          .extracting(AuditRecord::text)
          .isEqualTo(text);
    }
  }

  @Test
  void bytesThatAreNoTextAreKept() {
    AuditRecord record = parse("audit(1.000:1): \u00ff\u0080\u001f");
    assertThat(record).isNotNull();
    assertThat(record.textBytes()).containsExactly(0xFF, 0x80, 0x1F);
  }

  @Test
  void anEmptyTextIsARecord() {
    assertThat(parse("audit(1.000:1): ")).extracting(AuditRecord::text).isEqualTo("");
  }

  @Test
  void theLongestTextIsKeptWholeAndALongerOneCut() {
    String longest = "y".repeat(AuditRecord.MAX_LENGTH_BYTES);
    assertThat(parse("audit(1.000:1): " + longest))
        .extracting(AuditRecord::text)
        .isEqualTo(longest);
    assertThat(parse("audit(1.000:1): " + longest + "z"))
        .extracting(AuditRecord::text)
        .isEqualTo(longest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "audit(",
        "audit(1",
        "audit(1.",
        "audit(1.23:4): x",
        "audit(1.2345:4): x",
        "audit(.123:4): x",
        "audit(1.123:): x",
        "audit(1.123:4) x",
        "audit(1.123:4):x",
        "audit(1.123:4):",
        "audit(-1.123:4): x",
        "audit(1234567890123.123:4): x",
        "audit(1.123:1234567890123456789): x",
        "Audit(1.123:4): x",
        "audit (1.123:4): x",
        "audi\0(1.123:4): x"
      })
  void withoutAStampThereIsNoRecord(String payload) {
    assertThat(parse(payload)).isNull();
  }

  @Test
  void theSerialMayBeAsLargeAsTheKernelMakesIt() {
    assertThat(parse("audit(1.123:4294967295): x"))
        .extracting(AuditRecord::serial)
        .isEqualTo(4294967295L);
  }
}
