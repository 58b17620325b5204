// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.wire.Framing;
import io.kauditd.wire.InFlight;
import io.kauditd.wire.Wire;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The sender's side. A connection begins with a heartbeat. So it is noticed before the first record
 * is sent if the daemon hangs, lets nobody in, or is another program.
 */
final class AuditdFraming implements Framing {
  private static final int HEARTBEAT_NUMBER = 0;

  private final ByteBuffer incoming = ByteBuffer.allocate(2 * Frame.MAX_BYTES + 64);
  private int number;
  private boolean opened;

  @Override
  public void begin(Wire wire, long endNs) throws IOException {
    number = HEARTBEAT_NUMBER;
    opened = false;
    incoming.clear();
    var none = new InFlight(0);
    var heartbeat = ByteBuffer.allocate(Frame.HEADER_BYTES);
    Frame.put(Frame.HEARTBEAT, number, heartbeat);
    heartbeat.flip();
    var answer = ByteBuffer.allocate(Frame.MAX_BYTES);
    while (!opened) {
      wire.write(heartbeat);
      wire.await(heartbeat.hasRemaining(), endNs);
      answer.clear();
      if (wire.read(answer) < 0) {
        throw new ConnectException(
            "the daemon closed the connection at once; see its tcp_max_per_addr,"
                + " tcp_client_ports and hosts.allow");
      }
      receive(answer.flip(), none);
      if (!opened && System.nanoTime() - endNs >= 0) {
        throw new SocketTimeoutException("the daemon does not answer");
      }
    }
  }

  @Override
  public int put(ByteBuffer message, ByteBuffer out) {
    number++;
    Frame.put(Frame.MESSAGE, number, message, out);
    return number;
  }

  @Override
  public void goBackTo(int next) {
    number = next - 1;
  }

  @Override
  public void heartbeat(ByteBuffer out) {
    Frame.put(Frame.HEARTBEAT, HEARTBEAT_NUMBER, out);
  }

  @Override
  public boolean acknowledges() {
    return true;
  }

  @Override
  public void receive(ByteBuffer from, InFlight inFlight) throws IOException {
    while (from.hasRemaining()) {
      int count = Math.min(from.remaining(), incoming.remaining());
      incoming.put(from.slice(from.position(), count));
      from.position(from.position() + count);
      incoming.flip();
      try {
        for (Frame frame = read(); frame != null; frame = read()) {
          answered(frame, inFlight);
        }
      } finally {
        incoming.compact();
      }
    }
  }

  private @Nullable Frame read() throws IOException {
    try {
      return incoming.hasRemaining() ? Frame.read(incoming) : null;
    } catch (IOException e) {
      throw new IOException("no audit daemon is there: " + e.getMessage(), e);
    }
  }

  private void answered(Frame frame, InFlight inFlight) throws IOException {
    if (frame.type() == Frame.ENDING) {
      throw new ConnectException("the daemon ends");
    }
    if (!frame.isReply()) {
      return; // it may say something that a sender need not know
    }
    if (!opened) {
      if (frame.isRefusal()) {
        throw new ConnectException("the daemon refuses the connection: " + words(frame));
      }
      opened = true;
    } else if (frame.isRefusal()) {
      inFlight.refuse(frame.number(), words(frame));
    } else {
      inFlight.settle(frame.number());
    }
  }

  private static String words(Frame refusal) {
    String said = refusal.shown();
    if (!said.isEmpty()) {
      return "'" + said + "'";
    }
    return switch (refusal.type()) {
      case Frame.DISK_FULL -> "that its disk is full";
      case Frame.DISK_ERROR -> "that its disk has failed";
      default -> "no (" + Integer.toHexString(refusal.type()) + ")";
    };
  }

  @Override
  public void end(ByteBuffer out) {}
}
