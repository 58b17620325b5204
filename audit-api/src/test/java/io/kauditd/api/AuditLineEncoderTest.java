// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AuditLineEncoderTest {
  private static final AuditRecord TOO_LONG =
      AuditRecord.of(1309, 77, 88, "x".repeat(AuditRecord.MAX_LENGTH_BYTES + 1));

  private final AuditLineEncoder encoder = new AuditLineEncoder();

  private byte[] encode(AuditRecord record) {
    ByteBuffer direct = ByteBuffer.allocateDirect(AuditLineEncoder.MAX_LINE_BYTES);
    int length = encoder.encode(record, direct);
    assertThat(direct.position()).isEqualTo(length);
    byte[] bytes = new byte[length];
    direct.flip().get(bytes);

    byte[] array = new byte[length + 7];
    assertThat(encoder.encode(record, array, 7)).isEqualTo(length);
    assertThat(Arrays.copyOfRange(array, 7, array.length)).isEqualTo(bytes);
    return bytes;
  }

  /** The head of the line before is used again: whatever came before, the line is the same. */
  @Test
  void aLineDoesNotDependOnTheLineBefore() {
    Random random = new Random(7);
    long[] serials = {0, 8, 98, 998, 99_998, Long.MAX_VALUE - 2, -3, 1_234_567};
    for (int run = 0; run < 2_000; run++) {
      long serial = serials[random.nextInt(serials.length)];
      long timeMs = 1_642_555_588_123L + random.nextInt(2);
      int type = 1300 + random.nextInt(2);
      for (int i = 0; i < 1 + random.nextInt(20); i++) {
        AuditRecord record = AuditRecord.of(type, timeMs, serial, random.nextBoolean() ? "" : "x");
        if (random.nextInt(10) == 0) {
          record = record.withHead("node=a type=SYSCALL");
        }
        ByteBuffer one = ByteBuffer.allocate(AuditLineEncoder.MAX_LINE_BYTES);
        encoder.encode(record, one);
        assertThat(new String(one.array(), 0, one.position(), UTF_8))
            .isEqualTo(AuditLine.format(record) + "\n");
        serial += random.nextInt(8) == 0 ? 2 : 1;
        timeMs += random.nextInt(8) == 0 ? 1 : 0;
      }
    }
  }

  static Stream<AuditRecord> records() {
    return Stream.of(
        AuditRecord.of(1112, 1642555588123L, 456, "pid=1 uid=0"),
        AuditRecord.of(1112, 1642555588999L, 457, ""),
        AuditRecord.of(1112, 0, 0, "x"),
        AuditRecord.of(1234, 7, 9, "no name"),
        AuditRecord.of(0, 7, 10, "unknown"),
        AuditRecord.of(Integer.MAX_VALUE, Long.MAX_VALUE, -1, "largest"),
        AuditRecord.of(1300, 1000, Long.MIN_VALUE, "2^63"),
        AuditRecord.of(1300, 1099, 99, "milliseconds"),
        AuditRecord.of(1300, 61_000, 100, "umlaut äöü, euro €, clef \uD834\uDD1E"),
        AuditRecord.of(1300, 61_000, 100, "breaks \n\r\0 in the middle, and at the end\n"),
        AuditRecord.of(1300, 61_000, 100, "€ and a break\nand on"),
        AuditRecord.of(1300, 61_000, 100, "x".repeat(7) + "\n"),
        AuditRecord.of(1300, 61_000, 100, "x".repeat(8) + "\r" + "y".repeat(7)),
        AuditRecord.ofBytes(1300, 61_000, 101, "bytes \n\r\0 é".getBytes(UTF_8)),
        AuditRecord.of(1300, 61_000, 100, "x").withHead("node=web1 type=SYSCALL"),
        AuditRecord.of(1203, 1, 2, "x").withHead("type=DAEMON_END msg=audit(0.001:2) "),
        AuditRecord.of(1300, 61_000, 100, "x").withHead("node=wéb\n1 type=SYSCALL"),
        AuditRecord.of(1300, 61_000, 100, "y".repeat(AuditRecord.MAX_LENGTH_BYTES)),
        AuditRecord.of(1300, 61_000, 100, "é".repeat(AuditRecord.MAX_LENGTH_BYTES / 2)));
  }

  @ParameterizedTest
  @MethodSource("records")
  void theBytesAreThoseOfTheFormattedLine(AuditRecord record) {
    assertThat(encode(record)).isEqualTo((AuditLine.format(record) + "\n").getBytes(UTF_8));
  }

  @Test
  void oneEncoderWritesOneRecordAfterTheOther() {
    records().forEach(this::theBytesAreThoseOfTheFormattedLine);
    records().forEach(this::theBytesAreThoseOfTheFormattedLine);
  }

  @Test
  void whatOneRecordLeavesBehindIsNotInTheNext() {
    var random = new Random(8);
    List<AuditRecord> records = records().toList();
    int[] types = {1112, 1300, 1234, Integer.MAX_VALUE};
    for (int i = 0; i < 5000; i++) {
      AuditRecord next = records.get(random.nextInt(records.size()));
      if (random.nextInt(4) > 0) {
        long serial = random.nextLong() >>> random.nextInt(64);
        long timeMs = random.nextInt(3000);
        next = AuditRecord.of(types[random.nextInt(types.length)], timeMs, serial, "n=" + i);
      }
      assertThat(encode(next)).isEqualTo((AuditLine.format(next) + "\n").getBytes(UTF_8));
      if (random.nextInt(10) == 0) {
        assertThat(encoder.encode(TOO_LONG, ByteBuffer.allocate(0))).isNegative();
      }
    }
  }

  @Test
  void everyControlByteAndEveryHighByteIsOneLine() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    byte[] line = encode(AuditRecord.ofBytes(1300, 1, 2, all));
    byte[] text = Arrays.copyOfRange(line, line.length - 257, line.length);
    all[0] = ' ';
    all['\n'] = ' ';
    all['\r'] = ' ';
    assertThat(Arrays.copyOf(text, 256)).isEqualTo(all);
    assertThat(text[256]).isEqualTo((byte) '\n');
  }

  @Test
  void bytesThatAreNotUtf8StayAsTheyAre() {
    byte[] text = "a\u00FF\u00C3(\u0080".getBytes(ISO_8859_1);
    assertThat(new String(encode(AuditRecord.ofBytes(1300, 1, 2, text)), ISO_8859_1))
        .isEqualTo("type=SYSCALL msg=audit(0.001:2): a\u00FF\u00C3(\u0080\n");
  }

  @Test
  void halfASurrogatePairIsAQuestionMark() {
    var record = AuditRecord.of(1300, 1, 2, "a\uD834b\uDD1E\uD834");
    assertThat(new String(encode(record), UTF_8))
        .isEqualTo("type=SYSCALL msg=audit(0.001:2): a?b??\n");
    assertThat(record.textBytes()).isEqualTo("a?b??".getBytes(UTF_8));
  }

  static Stream<AuditRecord> tooLong() {
    int most = AuditRecord.MAX_LENGTH_BYTES;
    return Stream.of(
        AuditRecord.of(1300, 1, 2, "x".repeat(most + 1)),
        AuditRecord.of(1300, 1, 2, "x".repeat(100_000)),
        AuditRecord.of(1300, 1, 2, "é".repeat(most / 2) + "x"),
        AuditRecord.of(1300, 1, 2, "€".repeat(most)),
        AuditRecord.ofBytes(1300, 1, 2, new byte[most + 1]),
        AuditRecord.of(1300, 1, 2, "x")
            .withHead("node=" + "n".repeat(AuditLineEncoder.MAX_HEAD_BYTES)));
  }

  @ParameterizedTest
  @MethodSource("tooLong")
  void whatIsTooLongIsNotPut(AuditRecord record) {
    ByteBuffer target = ByteBuffer.allocate(400_000);
    assertThat(encoder.encode(record, target)).isEqualTo(AuditLineEncoder.TOO_LONG);
    assertThat(target.position()).isZero();
    assertThat(encoder.encode(record, new byte[0], 0)).isEqualTo(AuditLineEncoder.TOO_LONG);
    theBytesAreThoseOfTheFormattedLine(AuditRecord.of(1300, 1, 3, "the next one is fine"));
  }

  @Test
  void theLongestLineFits() {
    var record =
        AuditRecord.of(1300, Long.MAX_VALUE, -1, "x".repeat(AuditRecord.MAX_LENGTH_BYTES))
            .withHead("h".repeat(AuditLineEncoder.MAX_HEAD_BYTES));
    assertThat(encode(record).length).isLessThanOrEqualTo(AuditLineEncoder.MAX_LINE_BYTES);
  }

  @Test
  void aTargetThatIsTooSmallIsLeftAlone() {
    var record = AuditRecord.of(1300, 1, 2, "abc");
    ByteBuffer small = ByteBuffer.allocateDirect(10);
    assertThatThrownBy(() -> encoder.encode(record, small))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(small.position()).isZero();
    byte[] array = new byte[10];
    assertThatThrownBy(() -> encoder.encode(record, array, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(array).containsOnly(0);
  }

  @Test
  void nothingIsAllocatedForARecord() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    AuditRecord[] records = records().toArray(AuditRecord[]::new);
    ByteBuffer target = ByteBuffer.allocateDirect(1 << 20);
    encodeAll(records, target, 200);
    long before = threads.getCurrentThreadAllocatedBytes();
    encodeAll(records, target, 5000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    // A byte a record would be 90,000; the measuring itself and the compiler's doings are far less.
    assertThat(allocated).isLessThan(20_000);
  }

  private void encodeAll(AuditRecord[] records, ByteBuffer target, int times) {
    for (int i = 0; i < times; i++) {
      target.clear();
      for (AuditRecord record : records) {
        encoder.encode(record, target);
      }
    }
  }
}
