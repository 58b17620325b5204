// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** A print stream that remembers why it could not be written to. */
public final class ResultStream extends PrintStream {
  private final Remembering target;

  ResultStream(OutputStream out, Charset charset) {
    this(new Remembering(out), charset);
  }

  private ResultStream(Remembering target, Charset charset) {
    super(target, true, charset);
    this.target = target;
  }

  /** Flushes, and returns why the output could not be written; null if it was. */
  public static @Nullable String failure(PrintStream stream) {
    if (!stream.checkError()) {
      return null;
    }
    IOException first = stream instanceof ResultStream results ? results.target.first : null;
    return first == null || first.getMessage() == null || StandardStreams.isClosed(1)
        ? "it is closed"
        : first.getMessage();
  }

  private static final class Remembering extends FilterOutputStream {
    private volatile @Nullable IOException first;

    Remembering(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        if (first == null) {
          first = e;
        }
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        if (first == null) {
          first = e;
        }
        throw e;
      }
    }
  }
}
