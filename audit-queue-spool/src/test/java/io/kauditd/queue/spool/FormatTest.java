// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bytes of a spool, which were computed by a program of their own from what {@code Frame} and
 * {@code Cursor} say. What was written before an update has to be read after it.
 */
class FormatTest {
  private static final int SALT = 0x5bd1e995;
  private static final String SEGMENT = "0000000000000001-5bd1e995.seg";

  private static final AuditRecord PLAIN =
      AuditRecord.of(1112, 1_642_555_588_123L, 456, "op=login");
  private static final AuditRecord ODD =
      AuditRecord.ofBytes(1300, 1_642_555_588_123L, -1, new byte[] {(byte) 0xff, 0, '\n'})
          .withHead("node=web1 type=SYSCALL");
  private static final AuditRecord EMPTY = AuditRecord.of(1112, 1_642_555_588_124L, 457, "");

  /**
   * Marker, kind and length, sequence, check of the body, number, check of the header; the body.
   */
  private static final String PLAIN_FRAME =
      "6b53704c 0300001e 0000000000000001 685ae92f 0000000000000001 791f6cac "
          + "00000458 0000017e6ff13e1b 00000000000001c8 ffff 6f703d6c6f67696e ";

  private static final String ODD_FRAME =
      "6b53704c 0300002f 0000000000000002 9dab1ff1 0000000000000007 0d533130 "
          + "00000514 0000017e6ff13e1b ffffffffffffffff "
          + "0016 6e6f64653d7765623120747970653d53595343414c4c ff000a ";
  private static final String EMPTY_FRAME =
      "6b53704c 03000016 0000000000000003 de6b9c2b 0000000000000008 a4433de3 "
          + "00000458 0000017e6ff13e1c 00000000000001c9 ffff ";

  /** The first is acknowledged, three were taken, two are missing, 8 is the highest number. */
  private static final String SLOT =
      "6b61756469746403 0000000000000001 0000000000000003 0000000000000002 0000000000000008"
          + " 21c76874";

  /** As they were before records had numbers. */
  private static final String EARLIER_PLAIN_FRAME =
      "6b53704c 0100001e 0000000000000001 685ae92f 77dc9b5c "
          + "00000458 0000017e6ff13e1b 00000000000001c8 ffff 6f703d6c6f67696e ";

  private static final String EARLIER_ODD_FRAME =
      "6b53704c 0100002f 0000000000000002 9dab1ff1 413f5e97 "
          + "00000514 0000017e6ff13e1b ffffffffffffffff "
          + "0016 6e6f64653d7765623120747970653d53595343414c4c ff000a ";
  private static final String EARLIER_EMPTY_FRAME =
      "6b53704c 01000016 0000000000000003 de6b9c2b 3d6b21f5 "
          + "00000458 0000017e6ff13e1c 00000000000001c9 ffff ";

  /** The second record was found damaged, and counted. */
  private static final String EARLIER_MARK =
      "6b53704c 0200002f 0000000000000002 00000001 2aee5823 " + "00".repeat(47);

  private static final String EARLIER_SLOT =
      "6b61756469746402 0000000000000001 0000000000000003 85a27dbf";

  @TempDir Path dir;

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void framesAreWrittenAsTheyEverWere() throws IOException {
    assertFrame(PLAIN, 1, 1, PLAIN_FRAME);
    assertFrame(ODD, 2, 7, ODD_FRAME);
    assertFrame(EMPTY, 3, 8, EMPTY_FRAME);
  }

  private static void assertFrame(AuditRecord record, long sequence, long number, String hex)
      throws IOException {
    var encoder = new FrameEncoder();
    int length = encoder.encode(record);
    byte[] frame = Arrays.copyOf(encoder.bytes(), length);
    Frame.seal(ByteBuffer.wrap(frame), 0, sequence, number, SALT, new CRC32C());
    assertThat(frame).isEqualTo(bytes(hex));
  }

  @Test
  void theCursorIsWrittenAsItEverWas() throws IOException {
    Path file = Files.createFile(dir.resolve("cursor"));
    try (Cursor cursor = new Cursor(new Disk(), file, null)) {
      cursor.write(new Cursor.State(1, 3, 2, 8));
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes(SLOT));
  }

  private SpoolQueue open(String slot, String frames) throws IOException {
    Path spool = dir.resolve("spool");
    Spools.open(spool).close();
    Files.write(spool.resolve("acknowledged"), bytes(slot));
    Files.write(spool.resolve(SEGMENT), bytes(frames));
    return Spools.open(spool);
  }

  @Test
  void aSpoolIsRead() throws IOException {
    try (SpoolQueue queue = open(SLOT, PLAIN_FRAME + ODD_FRAME + EMPTY_FRAME)) {
      assertThat(queue.recovered()).isEqualTo(2);
      assertThat(queue.lost()).isZero();
      assertThat(queue.highestNumber()).isEqualTo(8);
      assertNext(queue, ODD, 7);
      assertNext(queue, EMPTY, 8);
      assertThat(queue.poll()).isNull();
    }
  }

  private static void assertNext(SpoolQueue queue, AuditRecord expected, long number) {
    AuditRecord record = queue.poll();
    assertThat(record).isEqualTo(expected);
    assertThat(Objects.requireNonNull(record).number()).isEqualTo(number);
  }

  @Test
  void aSpoolOfAnEarlierVersionIsRead() throws IOException {
    try (SpoolQueue queue =
        open(EARLIER_SLOT, EARLIER_PLAIN_FRAME + EARLIER_ODD_FRAME + EARLIER_EMPTY_FRAME)) {
      assertThat(queue.recovered()).isEqualTo(2);
      assertThat(queue.lost()).isZero();
      assertNext(queue, ODD, 0);
      assertNext(queue, EMPTY, 0);
      assertThat(queue.poll()).isNull();
      assertThat(queue.add(PLAIN, 10)).isTrue();
      assertNext(queue, PLAIN, 4);
    }
  }

  @Test
  void whatAnEarlierVersionHasCountedIsNotCountedAgain() throws IOException {
    try (SpoolQueue queue =
        open(EARLIER_SLOT, EARLIER_PLAIN_FRAME + EARLIER_MARK + EARLIER_EMPTY_FRAME)) {
      assertThat(queue.lost()).isZero();
      assertNext(queue, EMPTY, 0);
    }
    try (SpoolQueue queue = Spools.open(dir.resolve("spool"))) {
      assertThat(queue.lost()).isZero();
      assertNext(queue, EMPTY, 0);
    }
  }
}
