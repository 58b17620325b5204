// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import org.jspecify.annotations.Nullable;

/**
 * The transport, with its faults contained. Opens it, and opens it again with growing pauses.
 * Corrects answers that break the rules of the SPI.
 */
final class TransportLink {
  private final Transport transport;
  private final TransportContext context;
  private final Pause reopenPause;
  private final ForeignCode foreign;
  private final Outages outages;
  private boolean listening;
  private boolean open;
  private long nextOpenNs;
  private boolean everTried;
  private volatile @Nullable String lastError;

  TransportLink(
      Transport transport,
      TransportContext context,
      Pause reopenPause,
      ForeignCode foreign,
      Outages outages) {
    this.transport = transport;
    this.context = context;
    this.reopenPause = reopenPause;
    this.foreign = foreign;
    this.outages = outages;
  }

  @Nullable String lastError() {
    return lastError;
  }

  /** Opens the transport if it is time to; returns a connection if there is a daemon now. */
  @Nullable Connection openIfDue(long nowNs) {
    if (!wantsOpening() || nextOpenInNs(nowNs) > 0) {
      return null;
    }
    everTried = true;
    OpenResult result = open();
    switch (result.outcome()) {
      case CONNECTED -> {
        open = true;
        outages.opened();
        return new Connection(result.peer());
      }
      case LISTENING -> {
        open = true;
        listening = true;
      }
      case FAILED -> failed(nowNs, String.valueOf(result.reason()));
      case CONNECTING -> connecting(nowNs, String.valueOf(result.reason()));
    }
    return null;
  }

  private OpenResult open() {
    try {
      OpenResult result = transport.open(context);
      if (result != null) {
        return result;
      }
      foreign.faults().broke(transport, "open", "it returned null");
      return OpenResult.failed("open returned null");
    } catch (Throwable e) { // plug-in code
      foreign.faults().threw(transport, "open", e);
      return OpenResult.failed("open threw " + FaultLog.textOf(e));
    } finally {
      foreign.calm();
    }
  }

  private void failed(long nowNs, String reason) {
    lastError = "open: " + reason;
    outages.cannotBeOpened(reason);
    nextOpenNs = nowNs + reopenPause.nextNs();
  }

  private void connecting(long nowNs, String reason) {
    outages.connecting(reason);
    reopenPause.restart();
    nextOpenNs = nowNs + reopenPause.nextNs();
  }

  /** Whether the engine is to open it, now or later. */
  boolean wantsOpening() {
    return !open;
  }

  /** The time until it is to be opened, 0 or less for now. */
  long nextOpenInNs(long nowNs) {
    return everTried ? nextOpenNs - nowNs : 0;
  }

  /** Records reach the daemon: the next pause is a short one. */
  private void works() {
    reopenPause.restart();
  }

  /** One call of the transport, with a result that fits what it was given. */
  SendResult send(Stage stage, long peer) {
    stage.offer(peer);
    SendResult result = resultOf(stage);
    stage.withdraw();
    int given = stage.given();
    if (result.taken() < 0 || result.taken() > given) {
      foreign
          .faults()
          .broke(transport, "send", "it took more records, or fewer, than it was given");
      result = SendResult.failed(0, SendError.EIO, "send took " + result.taken() + " of " + given);
    } else if (result.error() == null && result.taken() == 0) {
      foreign.faults().broke(transport, "send", "it took no record and names no error");
      result = SendResult.failed(0, SendError.EIO, "send took nothing and named no error");
    }
    if (result.inDoubt() > given - result.taken()) {
      foreign.faults().broke(transport, "send", "more records are in doubt than it was given");
      result = result.withInDoubt(given - result.taken());
    }
    SendError error = result.error();
    if (error != null) {
      lastError = error + (result.reason() == null ? "" : ": " + result.reason());
    }
    if (result.taken() > 0) {
      works();
    }
    outages.sent(result);
    return result;
  }

  private SendResult resultOf(Stage stage) {
    try {
      SendResult result = transport.send(stage);
      if (result != null) {
        return result;
      }
      foreign.faults().broke(transport, "send", "it returned null");
      return SendResult.failed(0, SendError.EIO, "send returned null");
    } catch (Throwable e) { // plug-in code
      foreign.faults().threw(transport, "send", e);
      return SendResult.failed(0, SendError.EIO, "send threw " + FaultLog.textOf(e));
    } finally {
      foreign.calm();
    }
  }

  /** The connection was given up. */
  void reset(long nowNs) {
    foreign.call(transport, "reset", transport::reset);
    disconnected(nowNs);
  }

  /** A daemon has registered by itself. */
  void registered() {
    outages.opened();
  }

  /** The daemon has unregistered, or is gone for a reason. */
  void unregistered(@Nullable String reason) {
    if (reason != null) {
      lastError = reason;
    }
    outages.unregistered(reason);
  }

  /** There is no daemon any more; one that was opened is opened again, after a pause. */
  void disconnected(long nowNs) {
    if (!listening && open) {
      open = false;
      nextOpenNs = nowNs + reopenPause.nextNs();
    }
  }

  /** A new log is asked for; see {@link Transport#rotate}. */
  void rotate() {
    foreign.call(transport, "rotate", transport::rotate);
  }

  /** A transport that stopped by itself is asked to go on; see {@link Transport#resume}. */
  void resume() {
    foreign.call(transport, "resume", transport::resume);
  }

  void close() {
    foreign.call(transport, "close", transport::close);
  }
}
