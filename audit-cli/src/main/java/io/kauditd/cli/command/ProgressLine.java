// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The last line of a terminal, which is overwritten again and again. Other output to the terminal
 * goes above it. Thread-safe.
 */
public final class ProgressLine extends FilterOutputStream {
  private static final byte[] CLEAR = "\r\033[K".getBytes(StandardCharsets.US_ASCII);

  private final Charset charset;
  private boolean shown;

  private ProgressLine(OutputStream terminal, Charset charset) {
    super(terminal);
    this.charset = charset;
  }

  public static ProgressLine on(PrintStream terminal) {
    return new ProgressLine(terminal, terminal.charset());
  }

  /** The stream for all others to write to. */
  public PrintStream forOthers() {
    return new PrintStream(new HarmlessStream(this, charset), true, charset);
  }

  /** Replaces the text. */
  public synchronized void show(String text) throws IOException {
    out.write(CLEAR);
    out.write(text.getBytes(charset));
    out.flush();
    shown = true;
  }

  /** Takes the line away. */
  synchronized void clear() throws IOException {
    if (shown) {
      out.write(CLEAR);
      out.flush();
      shown = false;
    }
  }

  @Override
  public synchronized void write(int b) throws IOException {
    clear();
    out.write(b);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    clear();
    out.write(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    clear(); // the terminal itself stays open
  }
}
