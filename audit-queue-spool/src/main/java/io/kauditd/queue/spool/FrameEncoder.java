// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Turns records into frames, in work space of its own. Not for several threads at once. */
final class FrameEncoder {
  private static final int USUAL_BYTES = 16 * 1024;

  private final CRC32C crc = new CRC32C();
  private final CharsetEncoder utf8 =
      StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

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
    return text instanceof byte[] bytes ? putBytes(bytes) : putText((String) text);
  }

  private boolean putBytes(byte[] bytes) {
    if (bytes.length > frame.remaining()) {
      return false;
    }
    frame.put(bytes);
    return true;
  }

  /** Most text is ASCII, and is put without the encoder. */
  private boolean putText(String text) {
    byte[] target = frame.array();
    int at = frame.position();
    int most = Math.min(text.length(), frame.remaining());
    int done = 0;
    for (; done < most; done++) {
      char c = text.charAt(done);
      if (c >= 0x80) {
        break;
      }
      target[at + done] = (byte) c;
    }
    frame.position(at + done);
    if (done == text.length()) {
      return true;
    }
    utf8.reset();
    return !utf8.encode(CharBuffer.wrap(text, done, text.length()), frame, true).isOverflow();
  }
}
