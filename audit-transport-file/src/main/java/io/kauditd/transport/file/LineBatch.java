// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordBatch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The lines that are written with one system call, and where each of them ends. */
final class LineBatch {
  /** Room for about a thousand records of the usual size. */
  private static final int CAPACITY_BYTES = 256 * 1024;

  private static final int CAPACITY_LINES = 4096;

  private final AuditLineEncoder encoder = new AuditLineEncoder();
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY_BYTES);
  private final int[] ends = new int[CAPACITY_LINES];
  private int count;
  private @Nullable AuditRecord refused;

  /**
   * Pulls records until there are no more, the room is used up, or one has no line.
   *
   * @param wantedBytes when this much is there, no more records are pulled; the last line may go
   *     past it
   */
  void fill(RecordBatch records, long wantedBytes) {
    bytes.clear();
    count = 0;
    refused = null;
    while (count < CAPACITY_LINES
        && bytes.remaining() >= AuditLineEncoder.MAX_LINE_BYTES
        && bytes.position() < wantedBytes) {
      AuditRecord record = records.next();
      if (record == null) {
        break;
      }
      if (encoder.encode(record, bytes) == AuditLineEncoder.TOO_LONG) {
        refused = record;
        break;
      }
      ends[count++] = bytes.position();
    }
    bytes.flip();
  }

  int count() {
    return count;
  }

  /** The record that was pulled last and has no line, being too long; null if there is none. */
  @Nullable AuditRecord refused() {
    return refused;
  }

  /** The lines, one after the other; its position says how much of them was written. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** How many of the lines were written from the first byte to the last. */
  int written() {
    int written = bytes.position();
    int whole = count;
    while (whole > 0 && ends[whole - 1] > written) {
      whole--;
    }
    return whole;
  }

  /** How long the first {@code lines} lines are. */
  int lengthOf(int lines) {
    return lines == 0 ? 0 : ends[lines - 1];
  }
}
