// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Turns records into frames, in work space of its own. Not for several threads at once. */
final class FrameEncoder {
  private static final int USUAL_BYTES = 16 * 1024;

  private final CRC32C crc = new CRC32C();
  private ByteBuffer frame = ByteBuffer.allocate(USUAL_BYTES);

  /**
   * Puts a record into the work space, as a frame that is not sealed.
   *
   * @return the length of the whole frame
   * @throws IOException if the record is too long for a frame
   */
  int encode(AuditRecord record) throws IOException {
    while (!putBody(record)) {
      if (frame.capacity() >= Frame.MAX_BYTES) {
        throw new IOException(
            "record "
                + Long.toUnsignedString(record.serial())
                + " is longer than the "
                + Frame.MAX_BODY_BYTES
                + " bytes that a spool takes");
      }
      frame = ByteBuffer.allocate(Math.min(frame.capacity() * 4, Frame.MAX_BYTES));
    }
    Frame.begin(frame, frame.position() - Frame.HEADER_BYTES, record.number(), crc);
    return frame.position();
  }

  /** What was encoded; the frame begins at 0. */
  byte[] bytes() {
    return frame.array();
  }

  /** Returns false if there is not enough room. */
  private boolean putBody(AuditRecord record) {
    frame.clear();
    frame
        .position(Frame.HEADER_BYTES)
        .putInt(record.type())
        .putLong(record.timeMs())
        .putLong(record.serial());
    int headLengthAt = frame.position();
    frame.putShort((short) Frame.NO_HEAD);
    Object head = record.rawHead();
    if (head != null) {
      int from = frame.position();
      if (!put(head) || frame.position() - from >= Frame.NO_HEAD) {
        return false;
      }
      frame.putShort(headLengthAt, (short) (frame.position() - from));
    }
    return put(record.rawText());
  }

  /** Puts a string or bytes. */
  private boolean put(Object text) {
    return putBytes(text instanceof byte[] bytes ? bytes : ((String) text).getBytes(UTF_8));
  }

  private boolean putBytes(byte[] bytes) {
    if (bytes.length > frame.remaining()) {
      return false;
    }
    frame.put(bytes);
    return true;
  }
}
