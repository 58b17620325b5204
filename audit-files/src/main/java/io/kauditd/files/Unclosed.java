// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that somebody else closes: closing it only flushes what is beneath. */
public final class Unclosed extends FilterOutputStream {
  /** Of a stream, which stays open. */
  public Unclosed(OutputStream stream) {
    super(stream);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
