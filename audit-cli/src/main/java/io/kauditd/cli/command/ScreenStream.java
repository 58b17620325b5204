// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** A print stream that says when it can no longer be written to. */
public final class ScreenStream extends OutputStream {
  private final PrintStream out;

  public ScreenStream(PrintStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    check();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    check();
  }

  @Override
  public void flush() throws IOException {
    check();
  }

  /** Also flushes. */
  private void check() throws IOException {
    String failure = ResultStream.failure(out);
    if (failure != null) {
      throw new IOException(failure);
    }
  }
}
