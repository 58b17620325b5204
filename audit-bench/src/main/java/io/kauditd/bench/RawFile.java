// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The limit of what writing can cost: the thread that logs copies a finished line into a direct
 * buffer, and writes whenever that is full. Nothing is handed over, and nothing encoded.
 */
final class RawFile implements Relay {
  private static final byte[] LINE =
      ("type=USER_LOGIN msg=audit(1700000000.123:456): " + Payload.TEXT + "\n")
          .getBytes(StandardCharsets.UTF_8);

  private final ByteBuffer buffer;
  private final FileChannel channel;
  private final boolean force;
  private final Taken taken;
  private int buffered;

  RawFile(Path file, int bufferBytes, boolean force, Taken taken) {
    this.buffer = ByteBuffer.allocateDirect(bufferBytes);
    this.force = force;
    this.taken = taken;
    try {
      this.channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void put() {
    if (buffer.remaining() < LINE.length) {
      flush();
    }
    buffer.put(LINE);
    buffered++;
  }

  @Override
  public void flush() {
    try {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      if (force) {
        channel.force(false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    buffer.clear();
    taken.add(buffered);
    buffered = 0;
  }

  @Override
  public long taken() {
    return taken.get();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
