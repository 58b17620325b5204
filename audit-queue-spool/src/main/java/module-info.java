// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The queue {@code spool}: keeps its records on disk, so that they survive the program. */
@NullMarked
module io.kauditd.queue.spool {
  requires static org.jspecify;
  requires transitive io.kauditd.api;
  requires org.slf4j;

  exports io.kauditd.queue.spool;

  provides io.kauditd.spi.AuditQueueProvider with
      io.kauditd.queue.spool.SpoolQueueProvider;
}
