// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;

/** A connection: one producer of Kafka's client, from open to reset. For the kauditd thread. */
interface Link {
  /**
   * The most records that are under way at a time: as many requests as the client sends at once.
   */
  int MAX_RECORDS = 4_096;

  /** The same in bytes of their lines, so that large records do not fill the client's buffer. */
  long MAX_BYTES = 8L << 20;

  /** As {@link io.kauditd.spi.Transport#send}. */
  SendResult send(RecordBatch batch);

  /** Lets go of it at once; what was not acknowledged is in doubt. */
  void abandon();
}
