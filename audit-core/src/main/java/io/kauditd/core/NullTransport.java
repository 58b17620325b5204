// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;

/**
 * Takes every record and forgets it, for measuring the engine.
 *
 * @since 0.1.0
 */
public final class NullTransport implements Transport {
  /** A transport; it has no state. */
  public NullTransport() {}

  @Override
  public OpenResult open(TransportContext context) {
    return OpenResult.connected();
  }

  @Override
  public SendResult send(RecordBatch batch) {
    int taken = 0;
    while (batch.next() != null) {
      taken++;
    }
    return SendResult.sent(taken);
  }

  @Override
  public void close() {}
}
