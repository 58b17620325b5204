// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.simulation.DaemonModel.Medium;
import io.kauditd.simulation.DaemonModel.Outage;
import io.kauditd.simulation.DaemonModel.Trouble;
import io.kauditd.spi.SendError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The daemon and its socket. What it has read is computed when it is asked for, not record by
 * record.
 */
final class SimulatedDaemon {
  private static final long NEVER = ArrivalTimes.NEVER;

  private final DaemonModel model;
  private final Registry registry;
  private final long readNs;
  private final List<Change> changes = new ArrayList<>();
  private int nextChange;
  private long peer;
  private boolean present;
  private boolean stopped;
  private @Nullable SendError failing;
  private int inSocket;
  private long nextReadNs;
  private long read;
  private long lostInSocket;
  private long lastSerial;
  private long outOfOrder;

  /** Where it registers. */
  interface Registry {
    /** A daemon is there. */
    void connect(long peer);

    /** The daemon unregisters. */
    void disconnect();
  }

  private record Change(long atNs, Outage outage, boolean begins) {}

  SimulatedDaemon(DaemonModel model, Registry registry) {
    this.model = model;
    this.registry = registry;
    this.readNs = Math.max(1, Math.round(1e9 / model.recordsPerSecond()));
    for (Outage outage : model.outages()) {
      changes.add(new Change(outage.from().toNanos(), outage, true));
      outage
          .to()
          .map(Duration::toNanos)
          .ifPresent(to -> changes.add(new Change(to, outage, false)));
    }
  }

  /** Begins its life: registered, unless an outage from the very start says otherwise. */
  void start() {
    boolean absent =
        nextChangeNs() == 0
            && (changes.get(0).outage().trouble() == Trouble.KILLED
                || changes.get(0).outage().trouble() == Trouble.ENDED);
    if (absent) {
      nextChange++;
    } else {
      appear();
    }
  }

  /** When it changes next, by itself. */
  long nextChangeNs() {
    return nextChange < changes.size() ? changes.get(nextChange).atNs() : NEVER;
  }

  /** The change that is due now. */
  void change(long nowNs) {
    catchUp(nowNs);
    Change change = changes.get(nextChange++);
    switch (change.outage().trouble()) {
      case STOPPED -> {
        stopped = change.begins();
        nextReadNs = nowNs + readNs;
      }
      case KILLED -> {
        if (change.begins()) {
          lostInSocket += inSocket;
          inSocket = 0;
          present = false;
        } else {
          appear();
        }
      }
      case ENDED -> {
        if (change.begins()) {
          read += inSocket;
          inSocket = 0;
          present = false;
          registry.disconnect();
        } else {
          appear();
        }
      }
      case FAILING -> failing = change.begins() ? change.outage().error().orElseThrow() : null;
    }
  }

  private void appear() {
    present = true;
    peer++;
    if (model.medium() == Medium.SOCKET) {
      registry.connect(peer);
    }
  }

  private void catchUp(long nowNs) {
    if (inSocket > 0 && !stopped && nowNs >= nextReadNs) {
      int count = (int) Math.min(inSocket, (nowNs - nextReadNs) / readNs + 1);
      inSocket -= count;
      read += count;
      nextReadNs += count * readNs;
    }
  }

  /** Why a record cannot be sent now, however long one waits; null if it can, or might soon. */
  @Nullable SendError refusal(long toPeer) {
    boolean there = present && (model.medium() == Medium.FILE || toPeer == peer);
    return there ? failing : SendError.ECONNREFUSED;
  }

  /** Whether there is room for a record. */
  boolean hasRoom(long nowNs) {
    catchUp(nowNs);
    return inSocket < model.socketRecords();
  }

  /** When there will be room, if nothing changes. */
  long nextRoomNs() {
    return stopped ? NEVER : nextReadNs;
  }

  /** Takes a record. */
  void take(long serial, long nowNs) {
    if (serial < lastSerial) {
      outOfOrder++;
    }
    lastSerial = Math.max(lastSerial, serial);
    if (model.medium() == Medium.FILE) {
      read++;
      return;
    }
    if (inSocket == 0) {
      nextReadNs = nowNs + readNs;
    }
    inSocket++;
  }

  /** Time passes, and it reads what it can. */
  void settle(long nowNs) {
    catchUp(nowNs);
  }

  /** How long it takes to write a record to the file. */
  long readNs() {
    return readNs;
  }

  long read() {
    return read;
  }

  long inSocket() {
    return inSocket;
  }

  long lostInSocket() {
    return lostInSocket;
  }

  /** Records that came after a record that was logged later. */
  long outOfOrder() {
    return outOfOrder;
  }
}
