// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditSettings;
import io.kauditd.core.EngineClock;
import io.kauditd.core.Kauditd;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;

/** The engine with its default configuration and policy, except for the constructor's arguments. */
final class EngineRelay implements Relay {
  /** What is logged. */
  enum What {
    /** The same record each time: what handing over costs, and nothing else. */
    RECORD,
    /** A text, of which a record is made, with the time and a serial: what an application does. */
    TEXT,
    /** The same, with the kernel's coarse clock. */
    TEXT_COARSE
  }

  private final Taken taken;
  private final What what;
  private final boolean waits;
  private final Kauditd engine;

  private EngineRelay(
      What what, AuditSettings settings, boolean waits, Transport transport, Taken taken) {
    this.taken = taken;
    this.what = what;
    this.waits = waits;
    this.engine =
        Kauditd.builder()
            .settings(settings)
            .clock(what == What.TEXT_COARSE ? EngineClock.coarse() : EngineClock.SYSTEM)
            .transport("bench", transport)
            .start();
  }

  /** Producers wait for room; the default is not to wait, and to count what is lost. */
  static EngineRelay waiting(What what, Transport transport, Taken taken) {
    AuditSettings settings = AuditSettings.DEFAULTS.withBacklogWaitTimeMs(60_000);
    return new EngineRelay(what, settings, true, new Counted(transport, taken), taken);
  }

  /** To a transport that only counts. */
  static EngineRelay toNowhere(What what, Taken taken) {
    return waiting(what, new Nowhere(), taken);
  }

  /** Producers do not wait, as by default. */
  static EngineRelay losing(int backlogLimit, Taken taken) {
    AuditSettings settings = AuditSettings.DEFAULTS.withBacklogLimit(backlogLimit);
    return new EngineRelay(What.TEXT, settings, false, new Counted(new Nowhere(), taken), taken);
  }

  @Override
  public void put() {
    boolean accepted =
        what == What.RECORD ? engine.log(Payload.RECORD) : engine.log(Payload.TYPE, Payload.TEXT);
    if (!accepted && waits) {
      throw new IllegalStateException("the engine did not take a record: " + engine.status());
    }
  }

  @Override
  public long taken() {
    return taken.get();
  }

  /** The position behind what was handed over so far. */
  long accepted() {
    return engine.accepted();
  }

  /** How far records are settled. */
  long settled() {
    return engine.settled();
  }

  @Override
  public long countedLost() {
    return engine.status().lost();
  }

  @Override
  public void close() {
    engine.close(Duration.ofSeconds(10));
  }

  /** Takes every record. */
  static final class Nowhere implements Transport {
    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      int count = 0;
      while (batch.next() != null) {
        count++;
      }
      return SendResult.sent(count);
    }

    @Override
    public void close() {}
  }

  /** Counts what another transport takes. */
  private record Counted(Transport transport, Taken taken) implements Transport {
    @Override
    public OpenResult open(TransportContext context) {
      return transport.open(context);
    }

    @Override
    public SendResult send(RecordBatch batch) {
      SendResult result = transport.send(batch);
      taken.add(result.taken());
      return result;
    }

    @Override
    public void reset() {
      transport.reset();
    }

    @Override
    public void close() {
      transport.close();
    }
  }
}
