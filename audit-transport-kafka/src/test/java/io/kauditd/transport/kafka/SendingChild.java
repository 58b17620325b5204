// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.RecordType;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that logs into spools and sends to a topic, exactly once, until it is killed. After
 * each twenty records it says how many the log has taken.
 */
final class SendingChild {
  private static final int SPEAK_EVERY = 20;
  private static final long PAUSE_NS = 2_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private SendingChild() {}

  /**
   * Logs, and says how far it is.
   *
   * @param args the brokers, the topic, the directory of the spools, the number of this run, and
   *     how many records to log; with 0 it sends what is there, and ends
   */
  public static void main(String[] args) throws Exception {
    Path spools = Path.of(args[2]);
    String run = args[3];
    long count = Long.parseLong(args[4]);
    Kauditd audit = SteadyLog.start(SteadyLog.transport(args[0], args[1], "child", true), spools);
    System.out.println("ready");
    for (long i = 1; i <= count; i++) {
      if (!audit.log(RecordType.TRUSTED_APP, "run=" + run + " seq=" + i)) {
        throw new IllegalStateException("not taken: " + audit.status());
      }
      if (i % SPEAK_EVERY == 0) {
        System.out.println(i);
        LockSupport.parkNanos(PAUSE_NS); // not faster than a broker of this size
      }
    }
    if (count == 0) {
      // A close alone ends early while the broker comes back: the spools keep what is left.
      Await.until(() -> audit.status().ledger().waiting(), waiting -> waiting == 0);
    }
    var end = audit.close(PATIENCE);
    System.out.println("waiting " + end.ledger().waiting());
  }
}
