// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.MulticastListener;
import io.kauditd.cli.command.NumberText;
import io.kauditd.spi.Durations;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A transport that reports when it cannot be opened, loses its daemon, or takes nothing for a
 * while. It reports at once, again when the cause changes, and when it works again, with what was
 * lost meanwhile. So an operator learns of an outage when it begins, not from the summary.
 */
final class WatchedTransport implements Transport {
  /** A daemon that takes nothing for as long is said to. */
  static final Duration STALL = Duration.ofSeconds(1);

  private final Transport transport;
  private final String name;
  private final LongSupplier nanoTime;
  private final Consumer<String> say;
  private @Nullable TransportContext context;

  // The outage, if there is one. Guarded by this: a daemon may register from any thread.
  private @Nullable String cause;
  private boolean opening;
  private long sinceNs;
  private long lostBefore;
  private long stalledSinceNs;
  private boolean stalls;

  /**
   * Watches a transport.
   *
   * @param name what was picked, {@code file:out.log}
   * @param nanoTime the time, for how long an outage lasted
   * @param say is called with each sentence
   */
  WatchedTransport(Transport transport, String name, LongSupplier nanoTime, Consumer<String> say) {
    this.transport = transport;
    this.name = name;
    this.nanoTime = nanoTime;
    this.say = say;
  }

  @Override
  public OpenResult open(TransportContext engine) {
    context = engine;
    OpenResult result = transport.open(new Registrations(engine));
    if (result == null) {
      return result; // the engine names the fault
    }
    switch (result.outcome()) {
      case FAILED -> trouble("cannot be opened: " + result.reason(), true);
      case CONNECTED -> opened();
      default -> {}
    }
    return result;
  }

  @Override
  public SendResult send(RecordBatch batch) {
    SendResult result = transport.send(batch);
    if (result == null) {
      return result; // the engine names the fault
    }
    SendError error = result.error();
    if (result.taken() > 0 || error == null || error == SendError.REJECTED) {
      works();
    }
    if (error == SendError.EAGAIN) {
      stalled(String.valueOf(result.reason()));
    } else if (error != null && error != SendError.REJECTED) {
      trouble("has lost its daemon: " + error + reason(result), false);
    }
    return result;
  }

  private static String reason(SendResult result) {
    return result.reason() == null ? "" : ": " + result.reason();
  }

  /** One EAGAIN is nothing: a daemon may be slow. */
  private void stalled(String reason) {
    synchronized (this) {
      long nowNs = nanoTime.getAsLong();
      if (!stalls) {
        stalls = true;
        stalledSinceNs = nowNs;
      }
      if (nowNs - stalledSinceNs < STALL.toNanos()) {
        return;
      }
    }
    trouble("takes nothing: " + reason, false);
  }

  private synchronized void trouble(String what, boolean atOpening) {
    boolean first = cause == null;
    if (first) {
      sinceNs = nanoTime.getAsLong();
      lostBefore = lost();
    }
    if (first || !sameCause(what)) {
      say.accept(
          "transport '"
              + name
              + "' "
              + what
              + (first ? "; records wait in the queues, and it is tried again" : ""));
    }
    cause = what;
    opening = atOpening;
  }

  /** A cause that counts something, milliseconds or bytes, is the same one with another number. */
  private boolean sameCause(String what) {
    return cause != null && withoutNumbers(what).equals(withoutNumbers(cause));
  }

  private static String withoutNumbers(String text) {
    return text.replaceAll("[0-9]+", "0");
  }

  /** What could not be opened is open; one that lost its daemon has to take a record first. */
  private synchronized void opened() {
    if (opening) {
      works();
    }
  }

  private synchronized void works() {
    stalls = false;
    if (cause == null) {
      return;
    }
    cause = null;
    opening = false;
    long lost = lost() - lostBefore;
    say.accept(
        "transport '%s' works again after %s; %s"
            .formatted(
                name,
                Durations.inWords(Duration.ofNanos(nanoTime.getAsLong() - sinceNs)),
                lost == 0
                    ? "no record was lost"
                    : NumberText.grouped(lost)
                        + (lost == 1 ? " record was lost" : " records were lost")));
  }

  private long lost() {
    TransportContext engine = context;
    return engine == null ? 0 : engine.status().lost();
  }

  @Override
  public void reset() {
    transport.reset();
  }

  @Override
  public void rotate() {
    transport.rotate();
  }

  @Override
  public void resume() {
    transport.resume();
  }

  @Override
  public List<Path> files() {
    return transport.files();
  }

  @Override
  public List<String> check() {
    return transport.check();
  }

  @Override
  public boolean wantsNumbers() {
    return transport.wantsNumbers();
  }

  @Override
  public Stream<AuditRecord> deliveredBefore() {
    return transport.deliveredBefore();
  }

  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return transport.toString();
  }

  /** Daemons that come and go by themselves. */
  final class Registrations implements TransportContext {
    private final TransportContext engine;

    Registrations(TransportContext engine) {
      this.engine = engine;
    }

    @Override
    public void connect() {
      works();
      engine.connect();
    }

    @Override
    public void connect(long peer) {
      works();
      engine.connect(peer);
    }

    @Override
    public void disconnect() {
      gone();
      engine.disconnect();
    }

    @Override
    public void disconnect(long peer) {
      gone();
      engine.disconnect(peer);
    }

    private void gone() {
      trouble("has lost its daemon: it has unregistered", true);
    }

    @Override
    public void panic(String reason) {
      engine.panic(reason);
    }

    @Override
    public void sentAgain(long records) {
      engine.sentAgain(records);
    }

    @Override
    public void addListener(MulticastListener listener) {
      engine.addListener(listener);
    }

    @Override
    public void removeListener(MulticastListener listener) {
      engine.removeListener(listener);
    }

    @Override
    public AuditStatus status() {
      return engine.status();
    }
  }
}
