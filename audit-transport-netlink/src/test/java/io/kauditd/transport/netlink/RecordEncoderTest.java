// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordEncoderTest {
  private final RecordEncoder encoder = new RecordEncoder();
  private final RecordParser parser = new RecordParser();
  private final byte[] bytes = new byte[ReceiveBatch.SLOT];
  private final MemorySegment data = MemorySegment.ofArray(bytes);

  @Test
  void aRecordLooksAsTheKernelSendsIt() {
    int length =
        encoder.putRecord(AuditRecord.of(1112, 1642555588007L, 456, "op=login"), data, 0, 7);
    assertThat(new String(bytes, Nl.HEADER, length - Nl.HEADER, StandardCharsets.UTF_8))
        .isEqualTo("audit(1642555588.007:456): op=login");
    assertThat(Nl.length(data, 0)).isEqualTo(length);
    assertThat(Nl.type(data, 0)).isEqualTo(1112);
    assertThat(Nl.flags(data, 0)).isZero();
    assertThat(Nl.sequence(data, 0)).isEqualTo(7);
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    var random = new Random(20261122);
    for (int i = 0; i < 20_000; i++) {
      byte[] text = new byte[random.nextInt(300)];
      random.nextBytes(text);
      for (int j = 0; j < text.length; j++) {
        text[j] = text[j] >= 0 && text[j] <= ' ' ? (byte) 'x' : text[j];
      }
      var record =
          AuditRecord.ofBytes(
              random.nextInt(3000),
              random.nextLong(10_000_000_000_000L),
              random.nextLong(1L << random.nextInt(1, 59)),
              text);
      int length = encoder.putRecord(record, data, 0, i);
      int type = Nl.type(data, 0);
      assertThat(type).isEqualTo(Datagram.isRecord(record.type()) ? record.type() : Nl.AUDIT_LINE);
      assertThat(
              type == Nl.AUDIT_LINE
                  ? parser.parseLine(data, Nl.HEADER, length - Nl.HEADER)
                  : parser.parse(type, data, Nl.HEADER, length - Nl.HEADER))
          .isEqualTo(record);
    }
  }

  @Test
  void bytesThatWouldEndALineOrTheTextBecomeSpaces() {
    int length = encoder.putUserMessage(AuditRecord.of(1112, 1, 1, "a\nb\0c\rd\te"), data, 0, 1);
    assertThat(new String(bytes, Nl.HEADER, length - Nl.HEADER, StandardCharsets.UTF_8))
        .isEqualTo("a b c d\te\0");
  }

  @Test
  void aTextThatWouldBeCutIsNotWritten() {
    var longest = AuditRecord.of(1112, 1, 1, "x".repeat(Nl.MAX_USER_TEXT_LENGTH));
    var longer = AuditRecord.of(1112, 1, 1, "x".repeat(Nl.MAX_USER_TEXT_LENGTH + 1));
    assertThat(encoder.putUserMessage(longest, data, 0, 1))
        .isEqualTo(Nl.HEADER + Nl.MAX_USER_TEXT_LENGTH + 1);
    assertThat(encoder.putUserMessage(longer, data, 0, 1)).isEqualTo(RecordEncoder.TOO_LONG);
    var tooLong =
        AuditRecord.of(1, Long.MAX_VALUE, -1, "x".repeat(AuditRecord.MAX_LENGTH_BYTES + 1));
    assertThat(encoder.putRecord(tooLong, data, 0, 1)).isEqualTo(RecordEncoder.TOO_LONG);
  }

  @Test
  void theLongestRecordWithTheLongestStampFitsIntoASlot() {
    var record = AuditRecord.of(1, Long.MAX_VALUE, -1, "x".repeat(AuditRecord.MAX_LENGTH_BYTES));
    int length = encoder.putRecord(record, data, 0, 1);
    assertThat(length).isBetween(AuditRecord.MAX_LENGTH_BYTES, ReceiveBatch.SLOT);
    assertThat(new String(bytes, Nl.HEADER, 90, StandardCharsets.UTF_8))
        .startsWith("type=UNKNOWN[1] msg=audit(9223372036854775.807:18446744073709551615): xxx");
  }

  @Test
  void theLongestLineFitsIntoASlot() {
    String text = "x".repeat(AuditRecord.MAX_LENGTH_BYTES) + "\u001D";
    text += "y".repeat(AuditRecord.MAX_ENRICHED_LENGTH_BYTES - text.length());
    String head = "node=";
    head += "n".repeat(AuditLineEncoder.MAX_HEAD_BYTES - head.length() - 15) + " type=USER_LOGIN";
    var record = AuditRecord.of(1112, Long.MAX_VALUE, -1, text).withHead(head.replace("nn ", "n "));
    int length = encoder.putRecord(record, data, 0, 1);
    assertThat(length).isBetween(AuditRecord.MAX_ENRICHED_LENGTH_BYTES, ReceiveBatch.SLOT);
    assertThat(parser.parseLine(data, Nl.HEADER, length - Nl.HEADER)).isEqualTo(record);
  }
}
