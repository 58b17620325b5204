// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/** TLS over a connection. Encrypted bytes are sent before more are encrypted. */
final class TlsWire implements Wire {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Wire below;
  private final SSLEngine engine;
  private final ByteBuffer encryptedOut;
  private final ByteBuffer encryptedIn;
  private final ByteBuffer plainIn;
  private long taken;
  private long passedOn;
  private boolean ended;

  private TlsWire(Wire below, SSLEngine engine) {
    this.below = below;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    encryptedOut = ByteBuffer.allocate(packet).limit(0);
    encryptedIn = ByteBuffer.allocate(packet).limit(0);
    plainIn = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  /**
   * Completes the handshake in time, or fails; the caller then closes the connection.
   *
   * @param verdictEndNs until when a server may still refuse our certificate, which TLS 1.3 does
   *     after the handshake; the wait ends with the first bytes from the server, usually session
   *     tickets
   */
  static TlsWire handshake(Wire below, SSLEngine engine, long endNs, long verdictEndNs)
      throws IOException {
    var wire = new TlsWire(below, engine);
    try {
      wire.shakeHands(endNs);
    } catch (SocketException e) {
      throw new SSLException(
          "the connection broke during the TLS handshake (" + e.getMessage() + ")", e);
    }
    if (engine.getSession().getProtocol().equals("TLSv1.3")) {
      below.await(false, verdictEndNs);
      wire.receive();
    }
    if (wire.ended) {
      throw new SSLException(
          "the server closed the connection behind the TLS handshake; it may want a certificate");
    }
    return wire;
  }

  private void shakeHands(long endNs) throws IOException {
    engine.beginHandshake();
    step(NOTHING.duplicate());
    while (!isHandshakeDone()) {
      below.await(encryptedOut.hasRemaining(), endNs);
      step(NOTHING.duplicate());
      if (!isHandshakeDone() && System.nanoTime() - endNs >= 0) {
        throw new SocketTimeoutException("no answer to the TLS handshake");
      }
    }
  }

  private boolean isHandshakeDone() {
    HandshakeStatus status = engine.getHandshakeStatus();
    return !encryptedOut.hasRemaining()
        && (status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED);
  }

  /** Goes on with whatever the engine needs, as far as it goes without waiting. */
  private void step(ByteBuffer from) throws IOException {
    while (flush()) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> wrap(NOTHING.duplicate());
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!unwrap()) {
            return;
          }
        }
        default -> {
          if (!from.hasRemaining()) {
            return;
          }
          wrap(from);
        }
      }
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  /** Encrypts one packet. */
  private void wrap(ByteBuffer from) throws IOException {
    encryptedOut.clear();
    SSLEngineResult result;
    try {
      result = engine.wrap(from, encryptedOut);
    } finally {
      encryptedOut.flip();
    }
    taken += result.bytesConsumed();
    if (result.getStatus() == Status.CLOSED) {
      flush();
      throw new SSLException("the server has closed the connection");
    }
  }

  /** Passes on what is encrypted; true if all of it went. */
  private boolean flush() throws IOException {
    below.write(encryptedOut);
    if (encryptedOut.hasRemaining()) {
      return false;
    }
    passedOn = taken;
    return true;
  }

  /** Decrypts one packet; false if there is none, or nobody has read the one before. */
  private boolean unwrap() throws IOException {
    if (plainIn.hasRemaining() || ended) {
      return false;
    }
    while (true) {
      plainIn.clear();
      SSLEngineResult result;
      try {
        result = engine.unwrap(encryptedIn, plainIn);
      } catch (SSLException e) {
        sayWhyNot();
        throw e;
      } finally {
        plainIn.flip();
      }
      switch (result.getStatus()) {
        case BUFFER_UNDERFLOW -> {
          if (!fill()) {
            return false;
          }
        }
        case CLOSED -> {
          ended = true;
          return false;
        }
        default -> {
          return result.bytesConsumed() > 0; // none if the engine must first say something
        }
      }
    }
  }

  /** The engine has an alert for the other side, which helps whoever reads its log. */
  private void sayWhyNot() {
    try {
      if (flush() && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        wrap(NOTHING.duplicate());
        flush();
      }
    } catch (IOException e) {
      // the first error is the one to report
    }
  }

  private boolean fill() throws IOException {
    encryptedIn.compact();
    int count;
    try {
      count = below.read(encryptedIn);
    } finally {
      encryptedIn.flip();
    }
    if (count < 0) {
      if (isHandshakeDone()) {
        ended = true;
        return false;
      }
      throw new SSLException("the server closed the connection during the TLS handshake");
    }
    return count > 0;
  }

  /** Takes in what has come; the packets without text, such as tickets, are gone then. */
  private void receive() throws IOException {
    do {
      step(NOTHING.duplicate());
    } while (unwrap());
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    step(from);
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    receive();
    int count = Math.min(to.remaining(), plainIn.remaining());
    if (count == 0) {
      return ended && !plainIn.hasRemaining() ? -1 : 0;
    }
    to.put(plainIn.slice(plainIn.position(), count));
    plainIn.position(plainIn.position() + count);
    return count;
  }

  @Override
  public long passedOn() {
    return passedOn;
  }

  @Override
  public void await(boolean orWrite, long endNs) throws IOException {
    if (!plainIn.hasRemaining()) {
      below.await(orWrite || encryptedOut.hasRemaining(), endNs);
    }
  }

  @Override
  public void endOutput() throws IOException {
    engine.closeOutbound();
    if (flush()) {
      encryptedOut.clear();
      engine.wrap(NOTHING.duplicate(), encryptedOut);
      encryptedOut.flip();
      flush();
    }
    below.endOutput();
  }

  @Override
  public void close() {
    below.close();
  }
}
