// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.wire.Framing;
import io.kauditd.wire.InFlight;
import io.kauditd.wire.Wire;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/**
 * The session of RELP, the reliable event logging protocol. Each message has a number, and the
 * server answers with it when it has accepted the message.
 */
final class Relp implements Framing {
  private static final int MAX_TRANSACTION = 999_999_999;
  private static final int MAX_HEADER_BYTES = 64;
  private static final int MAX_ANSWER_BYTES = 64 * 1024;
  private static final int MAX_SHOWN = 200;
  private static final String OFFER = "relp_version=0\nrelp_software=kauditd\ncommands=syslog";

  private final ByteBuffer incoming = ByteBuffer.allocate(512);
  private final StringBuilder header = new StringBuilder();
  private final StringBuilder answer = new StringBuilder();
  private int answerLeft = -1; // -1 while the header comes
  private int transaction;
  private boolean opened;

  @Override
  public void begin(Wire wire, long endNs) throws IOException {
    transaction = 0;
    opened = false;
    startFrame();
    var open = ByteBuffer.allocate(OFFER.length() + MAX_OVERHEAD_BYTES);
    put("open", ByteBuffer.wrap(OFFER.getBytes(US_ASCII)), open);
    open.flip();
    var none = new InFlight(0);
    while (!opened) {
      wire.write(open);
      wire.await(open.hasRemaining(), endNs);
      incoming.clear();
      int count = wire.read(incoming);
      if (count < 0) {
        throw new ConnectException("the server closed the connection; does it speak RELP there?");
      }
      receive(incoming.flip(), none);
      if (!opened && System.nanoTime() - endNs >= 0) {
        throw new SocketTimeoutException("the server does not answer in RELP");
      }
    }
  }

  @Override
  public int put(ByteBuffer message, ByteBuffer out) {
    return put("syslog", message, out);
  }

  private int put(String command, ByteBuffer data, ByteBuffer out) {
    transaction = transaction == MAX_TRANSACTION ? 1 : transaction + 1;
    String start = transaction + " " + command + " " + data.remaining();
    out.put(start.getBytes(US_ASCII));
    if (data.hasRemaining()) {
      out.put((byte) ' ').put(data);
    }
    out.put((byte) '\n');
    return transaction;
  }

  @Override
  public void goBackTo(int next) {
    transaction = next - 1;
  }

  @Override
  public boolean acknowledges() {
    return true;
  }

  @Override
  public void end(ByteBuffer out) {
    put("close", ByteBuffer.allocate(0), out);
  }

  @Override
  public void receive(ByteBuffer from, InFlight inFlight) throws IOException {
    while (from.hasRemaining()) {
      char c = (char) (from.get() & 0xff);
      if (answerLeft < 0) {
        header(c);
        if (answerLeft == 0 && c == '\n') { // a frame without data may end at once
          frame(inFlight);
        }
      } else if (answerLeft > 0) {
        answer.append(c);
        answerLeft--;
      } else if (c == '\n') {
        frame(inFlight);
      } else {
        throw new IOException("the server does not speak RELP: a frame does not end where it says");
      }
    }
  }

  /** A header is a number, a command and a length, each with a space behind it. */
  private void header(char c) throws IOException {
    header.append(c);
    if ((c == ' ' || c == '\n') && header.chars().filter(each -> each == ' ').count() >= 2) {
      String last = header.substring(header.lastIndexOf(" ", header.length() - 2) + 1).strip();
      if (c == '\n' || header.chars().filter(each -> each == ' ').count() == 3) {
        answerLeft = length(last);
      }
    } else if (c == '\n' || header.length() > MAX_HEADER_BYTES) {
      throw noRelp();
    }
  }

  private int length(String digits) throws IOException {
    if (!digits.matches("[0-9]{1,9}") || Integer.parseInt(digits) > MAX_ANSWER_BYTES) {
      throw noRelp();
    }
    return Integer.parseInt(digits);
  }

  private IOException noRelp() {
    return new IOException("the server does not speak RELP: it says '" + shown(header) + "'");
  }

  private static String shown(CharSequence text) {
    String all = new String(text.toString().getBytes(US_ASCII), US_ASCII);
    String first = all.substring(0, Math.min(all.length(), MAX_SHOWN));
    return first.replaceAll("[^ -~]+", " ").strip();
  }

  private void frame(InFlight inFlight) throws IOException {
    String[] parts = header.substring(0, header.length() - 1).split(" ", -1);
    String said = answer.toString();
    startFrame();
    if (parts[1].equals("serverclose")) {
      throw new ConnectException("the server closed the session");
    }
    if (!parts[1].equals("rsp") || !parts[0].matches("[0-9]{1,9}")) {
      return; // RELP leaves room for hints that a client need not know
    }
    answered(Integer.parseInt(parts[0]), said, inFlight);
  }

  private void answered(int number, String said, InFlight inFlight) throws IOException {
    boolean accepted = said.startsWith("200");
    if (!opened) {
      if (!accepted) {
        throw new ConnectException("the server refuses the session: " + shown(said));
      }
      opened = true;
    } else if (accepted) {
      inFlight.settle(number);
    } else {
      inFlight.refuse(number, shown(said));
    }
  }

  private void startFrame() {
    header.setLength(0);
    answer.setLength(0);
    answerLeft = -1;
  }
}
