// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Agrona's ring buffer, which copies the bytes of the record: 2 MiB hold about as many. */
final class AgronaRelay implements Relay {
  private static final int RING_BYTES = 2 << 20;
  private static final byte[] TEXT = Payload.TEXT.getBytes(StandardCharsets.UTF_8);

  private final ManyToOneRingBuffer ring =
      new ManyToOneRingBuffer(
          new UnsafeBuffer(
              ByteBuffer.allocateDirect(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH)));
  private final UnsafeBuffer text = new UnsafeBuffer(TEXT);
  private final Taken taken;
  private final Thread taker;
  private volatile boolean closed;

  AgronaRelay(Taken taken) {
    this.taken = taken;
    taker = Spinning.start(() -> ring.read((type, buffer, at, length) -> {}), taken, () -> closed);
  }

  @Override
  public void put() {
    while (!ring.write(Payload.TYPE, text, 0, TEXT.length)) {
      Spinning.pause();
    }
  }

  @Override
  public long taken() {
    return taken.get();
  }

  @Override
  public void close() {
    closed = true;
    Spinning.join(taker);
  }
}
