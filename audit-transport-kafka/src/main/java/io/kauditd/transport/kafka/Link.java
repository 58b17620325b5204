// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;

/** A connection: one producer of Kafka's client, from open to reset. For the kauditd thread. */
interface Link {
  /** As {@link io.kauditd.spi.Transport#send}. */
  SendResult send(RecordBatch batch);

  /** Lets go of it at once; what was not acknowledged is in doubt. */
  void abandon();
}
