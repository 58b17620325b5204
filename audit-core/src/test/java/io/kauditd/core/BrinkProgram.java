// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.Ledger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * An application that recurses until its stack is used up, and logs at every depth on its way, from
 * threads whose stacks end at another place each. {@link BrinkTest} runs it, compiled and
 * interpreted.
 */
final class BrinkProgram {
  private static final int STACK_BYTES = 160 * 1024;

  private final Kauditd audit;
  private final LongAdder accepted = new LongAdder();
  private final LongAdder overflows = new LongAdder();

  private BrinkProgram(Kauditd audit) {
    this.audit = audit;
  }

  /** For a process of its own. */
  public static void main(String[] args) throws InterruptedException {
    System.out.println(run(Long.parseLong(args[0])));
  }

  /** Returns what is wrong, or {@code ok}. */
  static String run(long threads) throws InterruptedException {
    Kauditd audit =
        Kauditd.builder()
            .transport("null", new NullTransport())
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(0))
            .start();
    var program = new BrinkProgram(audit);
    for (long n = 0; n < threads; n++) {
      // The steps are of one word, so that the end of the stack comes at every place of the code.
      var thread = new Thread(null, program::recurse, "brink", STACK_BYTES + 8 * n % 8192);
      thread.start();
      thread.join();
      String wrong = program.waitUntilDelivered();
      if (!wrong.isEmpty()) {
        return "thread " + n + ": " + wrong;
      }
    }
    Ledger end = audit.close(java.time.Duration.ofSeconds(10)).ledger();
    if (program.overflows.sum() == 0) {
      return "no overflow was seen";
    }
    return end.balances() && end.waiting() == 0 && end.delivered() >= program.accepted.sum()
        ? "ok"
        : "accepted " + program.accepted.sum() + ", " + end;
  }

  private void recurse() {
    try {
      deeper();
    } catch (StackOverflowError e) {
      overflows.increment();
    }
  }

  @SuppressWarnings("InfiniteRecursion") // that is the point
  private void deeper() {
    if (audit.log(1112, "enter")) {
      accepted.increment();
    }
    deeper();
  }

  /** What is in the queue gets delivered, without another record to wake the thread. */
  private String waitUntilDelivered() throws InterruptedException {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (audit.status().ledger().waiting() > 0) {
      if (System.nanoTime() - endNs > 0) {
        return "stuck, " + audit.status().ledger();
      }
      Thread.onSpinWait();
    }
    return "";
  }
}
