// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transport that follows every rule; what breaks one is a subclass of it. */
class PlainTransport implements Transport {
  private static final int BATCH_RECORDS = 16;

  /** A daemon in the same program. */
  static final class Daemon {
    final List<String> arrived = Collections.synchronizedList(new ArrayList<>());
    boolean away;
    boolean stalled;
    boolean acknowledges = true;
    int connections;
  }

  final Daemon daemon;
  private int connection;

  PlainTransport(Daemon daemon) {
    this.daemon = daemon;
  }

  @Override
  public OpenResult open(TransportContext context) {
    if (daemon.away) {
      return OpenResult.failed("the daemon is away");
    }
    connection = ++daemon.connections;
    return OpenResult.connected(connection);
  }

  @Override
  public SendResult send(RecordBatch batch) {
    if (daemon.away || connection != daemon.connections) {
      connection = 0;
      return SendResult.failed(0, SendError.ECONNREFUSED, "the daemon is away");
    }
    int taken = 0;
    for (AuditRecord record = batch.next(); record != null; record = batch.next()) {
      SendError error = daemon.stalled ? SendError.EAGAIN : deliver(record);
      if (error != null) {
        return SendResult.failed(taken, error, "the daemon says " + error);
      }
      if (++taken == BATCH_RECORDS) {
        break;
      }
    }
    return daemon.acknowledges ? SendResult.sent(taken) : unacknowledged(taken);
  }

  SendResult unacknowledged(int written) {
    return SendResult.failed(0, SendError.ECONNREFUSED, "no acknowledgement in time")
        .withInDoubt(written);
  }

  @Nullable SendError deliver(AuditRecord record) {
    daemon.arrived.add(record.text());
    return null;
  }

  @Override
  public void reset() {
    connection = 0;
  }

  @Override
  public void close() {}
}
