// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.spi.Counts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A failure that repeats: it is reported when it begins and when it is over. */
final class Trouble {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolQueue.class);

  private final String spool;
  private long times;

  Trouble(String spool) {
    this.spool = spool;
  }

  /** It went wrong once more. */
  void met(String what, String why) {
    if (times++ == 0) {
      LOG.warn("{}: {}: {}", spool, what, why);
    }
  }

  /** It went well. */
  void over() {
    if (times > 0) {
      LOG.info("{}: it works again, after {}", spool, Counts.of(times, "failure"));
      times = 0;
    }
  }
}
