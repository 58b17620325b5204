// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.Durations;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls a transport as the engine does, from one thread, and checks after each call what holds for
 * every call: T2 of open, T3, T4, T6 and the reasons of T7.
 */
final class TransportDriver implements AutoCloseable {
  private static final Duration OPEN_LIMIT = Duration.ofSeconds(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  /** The maximum number of records in a batch of the engine. */
  private static final int BATCH_RECORDS = 1_024;

  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private final OwnerThread owner = new OwnerThread("kauditd of the contract");
  private final ContractContext context = new ContractContext();
  private final AtomicReference<@Nullable String> misuse = new AtomicReference<>();
  private final Transport transport;
  private final Duration sendTimeout;
  private final Duration patience;
  private final Duration deadline;
  private final Predicate<Rule> deviates;
  private long inDoubt;
  private long peer;
  private boolean closed;
  private volatile boolean interrupted;

  /** The result of sending some records. */
  record Sent(List<AuditRecord> taken, List<AuditRecord> rejected, @Nullable SendResult failure) {
    @Nullable SendError error() {
      return failure == null ? null : failure.error();
    }
  }

  /**
   * @param deviates the rules that the transport says it does not follow
   * @param deadline how long a call may take that need not return in time
   */
  TransportDriver(
      NewTransport made,
      Predicate<Rule> deviates,
      Duration sendTimeout,
      Duration patience,
      Duration deadline) {
    this.deviates = deviates;
    this.sendTimeout = sendTimeout;
    this.patience = patience;
    this.deadline = deadline;
    this.transport = owner.call(patience, Rule.T1.when("creating it"), made::create);
  }

  /** The threads that the transport has started and that still run. */
  List<String> threadsLeft(Duration wait) {
    return owner.threadsLeft(wait);
  }

  OpenResult open() {
    OpenResult result =
        owner.call(
            limit(Rule.T3, OPEN_LIMIT),
            Rule.T3.when("open"),
            Rule.T2.when("open"),
            () -> transport.open(context));
    assertThat(result).as(Rule.T2.when("open returned null")).isNotNull();
    switch (result.outcome()) {
      case CONNECTED -> peer = result.peer();
      case LISTENING -> {}
      case FAILED, CONNECTING ->
          assertThat(result.reason()).as(Rule.T2.when("the reason of failed")).isNotBlank();
    }
    return result;
  }

  /**
   * Opens the transport until there is a daemon, as the engine does. If the transport listens,
   * waits until a daemon registers.
   */
  void connect(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      OpenResult result = open();
      if (result.outcome() == OpenResult.Outcome.CONNECTED) {
        return;
      }
      if (result.outcome() == OpenResult.Outcome.LISTENING) {
        awaitDaemon(limit);
        return;
      }
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            Rule.T2.when("the daemon is there, but open still answers %s", result));
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  private void awaitDaemon(Duration limit) throws InterruptedException {
    Long registered = context.awaitDaemon(limit);
    if (registered == null) {
      throw new AssertionError(
          Rule.T2.when(
              "open answered listening, and no daemon was registered with"
                  + " TransportContext.connect within %s",
              Durations.inWords(limit)));
    }
    peer = registered;
  }

  /** Sets the thread's interrupt flag before each call of send, or no longer does. */
  void interruptEachSend(boolean on) {
    interrupted = on;
  }

  /** One call of send. */
  private SendResult sendOnce(List<AuditRecord> records) {
    var batches = new ArrayList<ContractBatch>();
    SendResult result =
        owner.call(
            limit(Rule.T3, sendTimeout),
            Rule.T3.when("send"),
            Rule.T7.when("send"),
            () -> {
              var batch = new ContractBatch(records, peer, misuse);
              batches.add(batch);
              if (interrupted) {
                Thread.currentThread().interrupt();
              }
              try {
                return transport.send(batch);
              } finally {
                batch.end();
                Thread.interrupted(); // the flag is this test's, not the thread's
              }
            });
    assertThat(result).as(Rule.T4.when("send returned null")).isNotNull();
    check(result, batches.getFirst().pulled());
    inDoubt += result.inDoubt();
    checkMisuse();
    return result;
  }

  /** How long a call may take; one that need not return in time by that rule has long. */
  private Duration limit(Rule rule, Duration limit) {
    return deviates.test(rule) ? deadline : limit.plus(patience);
  }

  private static void check(SendResult result, int pulled) {
    if (result.error() == null) {
      assertThat(pulled)
          .as(Rule.T4.when("there were records, send pulled none of them and names no error"))
          .isPositive();
      assertThat(result.taken())
          .as(Rule.T4.when("records taken, without an error, of %d that were pulled", pulled))
          .isBetween(1, pulled);
    } else {
      assertThat(result.taken())
          .as(Rule.T4.when("records taken before %s, %d were pulled", result.error(), pulled))
          .isBetween(0, pulled);
      assertThat(result.reason()).as(Rule.T7.when("the reason of %s", result.error())).isNotBlank();
      assertThat(result.inDoubt())
          .as(
              Rule.T16.when(
                  "records in doubt, %d were pulled and %d of them taken", pulled, result.taken()))
          .isBetween(0, pulled - result.taken());
    }
  }

  /** Records that the transport has said may have arrived twice, when all were sent again. */
  long mayBeDouble() {
    return inDoubt + context.sentAgain();
  }

  void checkMisuse() {
    String wrong = misuse.get();
    if (wrong != null && !deviates.test(Rule.T6)) {
      throw new AssertionError(Rule.T6.when(wrong));
    }
  }

  /** Sends all records, or until one cannot be sent; what is rejected is passed over. */
  Sent send(List<AuditRecord> records) {
    var taken = new ArrayList<AuditRecord>();
    var rejected = new ArrayList<AuditRecord>();
    for (int from = 0; from < records.size(); ) {
      int to = Math.min(records.size(), from + BATCH_RECORDS);
      SendResult result = sendOnce(records.subList(from, to));
      taken.addAll(records.subList(from, from + result.taken()));
      from += result.taken();
      if (result.error() == SendError.REJECTED && from < records.size()) {
        rejected.add(records.get(from++));
      } else if (result.error() != null) {
        return new Sent(taken, rejected, result);
      }
    }
    return new Sent(taken, rejected, null);
  }

  /** Sends all records; what fails for now is tried again. */
  List<AuditRecord> sendAll(Rule rule, List<AuditRecord> records, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    var taken = new ArrayList<AuditRecord>();
    int from = 0;
    while (true) {
      Sent sent = send(records.subList(from, records.size()));
      taken.addAll(sent.taken());
      from += sent.taken().size() + sent.rejected().size();
      SendResult failure = sent.failure();
      if (failure == null) {
        return taken;
      }
      if (failure.error() != SendError.EAGAIN || System.nanoTime() - end > 0) {
        throw new AssertionError(
            rule.when("the daemon takes records, and send answers %s", failure));
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  void reset() {
    owner.run(limit(Rule.T9, CLOSE_LIMIT), Rule.T9.when("reset"), transport::reset);
  }

  void closeTransport() {
    closed = true;
    // What was taken may still have to be written: as long as one send may take.
    owner.run(
        limit(Rule.T12, CLOSE_LIMIT.plus(sendTimeout)), Rule.T12.when("close"), transport::close);
  }

  @Override
  public void close() {
    try {
      if (!closed && !owner.isStuck()) {
        closeTransport();
      }
    } finally {
      owner.close();
    }
  }

  /** Makes the transport under test. */
  interface NewTransport {
    Transport create() throws Exception;
  }
}
