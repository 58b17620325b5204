// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditRecord;
import io.kauditd.simulation.DaemonModel.Medium;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import org.jspecify.annotations.Nullable;

/** Sends to the simulated daemon. The time of a send passes for the whole simulation. */
final class SimulatedTransport implements Transport {
  /** As many as the netlink transport sends with one system call. */
  private static final int BATCH_RECORDS = 64;

  private final DaemonModel model;
  private final SimulatedDaemon daemon;
  private final SimulatedWorld world;
  private final PassObserver observer;
  private final long sendNs;
  private final long timeoutNs;

  SimulatedTransport(
      DaemonModel model,
      SimulatedDaemon daemon,
      SimulatedWorld world,
      SimulationCosts costs,
      PassObserver observer) {
    this.observer = observer;
    this.model = model;
    this.daemon = daemon;
    this.world = world;
    this.sendNs =
        model.medium() == Medium.FILE
            ? Math.max(daemon.readNs(), costs.send().toNanos())
            : costs.send().toNanos();
    this.timeoutNs = model.sendTimeout().toNanos();
  }

  @Override
  public OpenResult open(TransportContext context) {
    return model.medium() == Medium.FILE ? OpenResult.connected() : OpenResult.listening();
  }

  @Override
  public SendResult send(RecordBatch batch) {
    observer.sendBegins();
    SendResult result = sendSome(batch);
    observer.sendEnded(result);
    return result;
  }

  private SendResult sendSome(RecordBatch batch) {
    int taken = 0;
    while (taken < BATCH_RECORDS) {
      AuditRecord record = batch.next();
      if (record == null) {
        break;
      }
      SendError error = attempt(record, batch.peer());
      if (error != null) {
        return SendResult.failed(taken, error, "simulated");
      }
      taken++;
    }
    return SendResult.sent(taken);
  }

  private @Nullable SendError attempt(AuditRecord record, long peer) {
    world.advanceBy(sendNs);
    long deadlineNs = world.nowNs() + timeoutNs;
    while (true) {
      SendError refusal = daemon.refusal(peer);
      if (refusal != null) {
        return refusal;
      }
      if (model.medium() == Medium.FILE || daemon.hasRoom(world.nowNs())) {
        daemon.take(record.serial(), world.nowNs());
        return null;
      }
      if (world.nowNs() >= deadlineNs) {
        return SendError.EAGAIN;
      }
      long roomNs = Math.min(daemon.nextRoomNs(), daemon.nextChangeNs());
      world.advanceTo(Math.min(deadlineNs, Math.max(roomNs, world.nowNs() + 1)));
    }
  }

  @Override
  public void close() {}
}
