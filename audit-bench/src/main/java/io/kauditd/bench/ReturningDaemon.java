// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;

/** A daemon that is away at first. When it is there, it takes all, or refuses all. */
final class ReturningDaemon implements Transport {
  boolean there;
  boolean takes = true;
  long delivered;

  @Override
  public OpenResult open(TransportContext context) {
    return there ? OpenResult.connected() : OpenResult.failed("nobody there");
  }

  @Override
  public SendResult send(RecordBatch batch) {
    int count = 0;
    if (!takes) {
      batch.next();
      return SendResult.failed(0, SendError.EAGAIN, "full");
    }
    while (batch.next() != null) {
      count++;
    }
    delivered += count;
    return SendResult.sent(count);
  }

  @Override
  public void close() {}
}
