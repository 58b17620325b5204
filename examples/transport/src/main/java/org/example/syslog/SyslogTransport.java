// SPDX-License-Identifier: Apache-2.0
package org.example.syslog;

import com.cloudbees.syslog.Facility;
import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A transport to a syslog server over TCP.
 *
 * <p>A record counts as delivered when all of its frame is in the socket's buffer. Syslog over TCP
 * has no acknowledgement: what is in the buffers of the two hosts when the connection breaks is
 * lost, and nobody can tell how much that was. RELP could; this cannot.
 *
 * <p>The socket does not block, so that a server that takes nothing costs the send time-out and no
 * more. A frame that was sent in part when the time was over must be finished first whatever comes
 * next: its rest is kept, and its record, which the engine will offer again, is then taken without
 * being sent a second time. One such record is remembered; if the engine offers others first and
 * the server hangs again, the older one arrives twice.
 */
public final class SyslogTransport implements Transport {
  private static final int BATCH_RECORDS = 64;
  private static final long CONNECT_TIMEOUT_MS = 900;

  private final String host;
  private final int port;
  private final SyslogFormat format;
  private final long sendTimeoutNs;

  private final ByteBuffer frames =
      ByteBuffer.allocateDirect(BATCH_RECORDS * SyslogFormat.MAX_FRAME_BYTES);
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(512);
  private final List<AuditRecord> pulled = new ArrayList<>();
  private final int[] frameEnds = new int[BATCH_RECORDS];

  private @Nullable Connection connection;

  /** The record whose frame was sent in part; what is left of it is at the front of the buffer. */
  private @Nullable AuditRecord begun;

  /** What a connection holds open. */
  private record Connection(SocketChannel channel, Selector selector) {}

  /** A transport that connects when it is opened. */
  public SyslogTransport(
      String host, int port, Facility facility, String appName, Duration sendTimeout) {
    this.host = host;
    this.port = port;
    this.format = new SyslogFormat(facility, appName);
    this.sendTimeoutNs = sendTimeout.toNanos();
    frames.limit(0);
  }

  @Override
  public OpenResult open(TransportContext context) {
    reset();
    format.findHostName();
    try {
      connection = connect();
      return OpenResult.connected();
    } catch (IOException e) {
      return OpenResult.failed(place() + ": " + words(e));
    }
  }

  private Connection connect() throws IOException {
    var address = new InetSocketAddress(host, port); // asks the name server, each time
    if (address.isUnresolved()) {
      throw new IOException("the host is not known");
    }
    SocketChannel channel = SocketChannel.open();
    Selector selector = null;
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      selector = Selector.open();
      channel.register(selector, SelectionKey.OP_CONNECT);
      if (!channel.connect(address)) {
        selector.select(CONNECT_TIMEOUT_MS);
        selector.selectedKeys().clear();
        if (!channel.finishConnect()) {
          throw new IOException("no answer");
        }
      }
      channel.register(selector, SelectionKey.OP_WRITE);
      return new Connection(channel, selector);
    } catch (IOException | RuntimeException e) {
      close(new Connection(channel, selector));
      throw e;
    }
  }

  @Override
  public SendResult send(RecordBatch batch) {
    Connection to = connection;
    if (to == null) {
      return SendResult.failed(0, SendError.ECONNREFUSED, place() + ": not connected");
    }
    long endNs = System.nanoTime() + sendTimeoutNs;
    try {
      if (serverHasClosed(to)) {
        return SendResult.failed(
            0, SendError.ECONNREFUSED, place() + ": the server closed the connection");
      }
      return write(to, endNs) ? sendFrames(to, batch, endNs) : stalled(0);
    } catch (IOException e) {
      return SendResult.failed(0, SocketErrors.of(e), place() + ": " + words(e));
    }
  }

  /** A syslog server sends nothing. So whatever can be read is the end of the connection. */
  private boolean serverHasClosed(Connection to) throws IOException {
    incoming.clear();
    return to.channel.read(incoming) < 0;
  }

  private SendResult sendFrames(Connection to, RecordBatch batch, long endNs) {
    AuditRecord tooLong = fill(batch);
    boolean all = false;
    String error = null;
    SendError kind = null;
    try {
      all = write(to, endNs);
    } catch (IOException e) {
      kind = SocketErrors.of(e);
      error = place() + ": " + words(e);
    }
    int taken = taken(frames.position());
    if (pulled.subList(0, taken).contains(begun)) {
      begun = null;
    }
    if (kind != null) {
      return SendResult.failed(taken, kind, error);
    }
    if (!all) {
      keepRestOf(taken);
      return stalled(taken);
    }
    return tooLong == null
        ? SendResult.sent(taken)
        : SendResult.failed(taken, SendError.REJECTED, "a record longer than a line may be");
  }

  /** Pulls records and puts their frames into the buffer; returns one that has no frame. */
  private @Nullable AuditRecord fill(RecordBatch batch) {
    pulled.clear();
    frames.clear();
    AuditRecord finished = begun; // its frame went out before this batch
    AuditRecord refused = null;
    while (pulled.size() < BATCH_RECORDS) {
      AuditRecord record = batch.next();
      if (record == null) {
        break;
      }
      if (record.equals(finished)) {
        finished = null; // once: another that is equal is another record
      } else if (!format.put(record, frames)) {
        refused = record;
        break;
      }
      frameEnds[pulled.size()] = frames.position();
      pulled.add(record);
    }
    frames.flip();
    return refused;
  }

  private int taken(int bytes) {
    int taken = 0;
    while (taken < pulled.size() && frameEnds[taken] <= bytes) {
      taken++;
    }
    return taken;
  }

  /** Keeps what is left of the frame that was cut in two, if one was, and forgets those behind. */
  private void keepRestOf(int first) {
    int start = first == 0 ? 0 : frameEnds[first - 1];
    boolean cut = frames.position() > start;
    frames.limit(cut ? frameEnds[first] : frames.position());
    if (cut) {
      begun = pulled.get(first);
    }
  }

  /** Writes what is in the buffer; false if the time was over before all of it was written. */
  private boolean write(Connection to, long endNs) throws IOException {
    while (frames.hasRemaining()) {
      if (to.channel.write(frames) == 0) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
        if (leftMs <= 0) {
          return false;
        }
        to.selector.select(leftMs);
        to.selector.selectedKeys().clear();
      }
    }
    return true;
  }

  private SendResult stalled(int taken) {
    return SendResult.failed(
        taken, SendError.EAGAIN, place() + ": the server takes nothing at present");
  }

  @Override
  public void reset() {
    if (connection != null) {
      close(connection);
      connection = null;
    }
    frames.clear().limit(0);
    begun = null;
  }

  @Override
  public void close() {
    reset();
  }

  private static void close(Connection connection) {
    try (var selector = connection.selector;
        var channel = connection.channel) {
      // both, whatever the first says
    } catch (IOException e) {
      // nothing is left that could be done about it
    }
  }

  private String place() {
    return "syslog server " + host + ":" + port;
  }

  private static String words(IOException e) {
    return e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
  }
}
