// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A TCP connection. */
final class PlainWire implements Wire {
  /**
   * Limits how many bytes this host may still hold of records that count as delivered in a protocol
   * without acknowledgements.
   */
  private static final int SEND_BUFFER_BYTES = 256 * 1024;

  private static final long MS_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private long written;

  private PlainWire(SocketChannel channel, Selector selector, SelectionKey key) {
    this.channel = channel;
    this.selector = selector;
    this.key = key;
  }

  /** Connects before the end, or fails. */
  static PlainWire connect(InetSocketAddress address, long endNs) throws IOException {
    SocketChannel channel = SocketChannel.open();
    Selector selector = null;
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
      selector = Selector.open();
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      var wire = new PlainWire(channel, selector, key);
      if (!channel.connect(address)) {
        wire.select(SelectionKey.OP_CONNECT, endNs);
        if (!channel.finishConnect()) {
          throw new SocketTimeoutException("no answer");
        }
      }
      return wire;
    } catch (IOException | RuntimeException e) {
      close(channel, selector);
      throw e;
    }
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    if (from.hasRemaining()) {
      written += channel.write(from);
    }
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    return channel.read(to);
  }

  @Override
  public long passedOn() {
    return written;
  }

  @Override
  public void await(boolean orWrite, long endNs) throws IOException {
    select(SelectionKey.OP_READ | (orWrite ? SelectionKey.OP_WRITE : 0), endNs);
  }

  private void select(int operations, long endNs) throws IOException {
    long leftNs = endNs - System.nanoTime();
    if (leftNs > 0) {
      key.interestOps(operations);
      selector.select((leftNs + MS_NS - 1) / MS_NS);
      selector.selectedKeys().clear();
    }
  }

  @Override
  public void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() {
    close(channel, selector);
  }

  private static void close(SocketChannel channel, @Nullable Selector selector) {
    try (channel;
        selector) {
      // both, whatever the first says
    } catch (IOException e) {
      // nothing is left that could be done about it
    }
  }
}
