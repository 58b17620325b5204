// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/**
 * A stream to a terminal that makes all text {@link Harmless}, so that no message has to care about
 * what it quotes. Bytes that are no text in the charset are shown as numbers. Thread-safe.
 */
final class HarmlessStream extends FilterOutputStream {
  /** No character of any charset is longer. */
  private static final int MOST_PENDING_BYTES = 8;

  private final Charset charset;
  private final CharsetDecoder decoder;
  private byte[] pending = {}; // the beginning of a character whose end has not come yet

  HarmlessStream(OutputStream terminal, Charset charset) {
    super(terminal);
    this.charset = charset;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (pending.length == 0 && isPlain(bytes, offset, length)) {
      out.write(bytes, offset, length);
      return;
    }
    ByteBuffer in = ByteBuffer.allocate(pending.length + length);
    in.put(pending).put(bytes, offset, length).flip();
    out.write(harmless(in).getBytes(charset));
    pending = new byte[in.remaining()];
    in.get(pending);
    if (pending.length >= MOST_PENDING_BYTES) {
      endOfText();
    }
  }

  private static boolean isPlain(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if ((bytes[i] < ' ' || bytes[i] == 0x7f) && bytes[i] != '\n' && bytes[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  /** What the bytes say; leaves those of a character that is not whole. */
  private String harmless(ByteBuffer in) {
    var text = new StringBuilder();
    CharBuffer chars = CharBuffer.allocate((int) (in.remaining() * decoder.maxCharsPerByte()) + 1);
    CoderResult result;
    do {
      decoder.reset();
      result = decoder.decode(in, chars, false);
      text.append(Harmless.lines(chars.flip().toString()));
      chars.clear();
      for (int i = 0; result.isError() && i < result.length(); i++) {
        text.append(Harmless.ofByte(in.get()));
      }
    } while (!result.isUnderflow());
    return text.toString();
  }

  private void endOfText() throws IOException {
    for (byte odd : pending) {
      out.write(Harmless.ofByte(odd).getBytes(charset));
    }
    pending = new byte[0];
  }

  @Override
  public synchronized void close() throws IOException {
    endOfText();
    super.close();
  }
}
