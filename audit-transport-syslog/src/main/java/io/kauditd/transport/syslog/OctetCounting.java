// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.wire.Framing;
import io.kauditd.wire.InFlight;
import io.kauditd.wire.Wire;
import java.nio.ByteBuffer;

/**
 * The frames of syslog over TCP and TLS (RFC 6587, 3.4.1; RFC 5425, 4.3): the length, a space and
 * the message. So nothing in a record can end its frame. The server does not answer.
 */
final class OctetCounting implements Framing {
  @Override
  public void begin(Wire wire, long endNs) {}

  @Override
  public int put(ByteBuffer message, ByteBuffer out) {
    out.put((message.remaining() + " ").getBytes(US_ASCII)).put(message);
    return 0;
  }

  @Override
  public void goBackTo(int transaction) {}

  /** An answer has no meaning here. */
  @Override
  public void receive(ByteBuffer from, InFlight inFlight) {
    from.position(from.limit());
  }

  @Override
  public boolean acknowledges() {
    return false;
  }

  @Override
  public void end(ByteBuffer out) {}
}
