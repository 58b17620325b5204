// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of plug-ins that cannot be, one by one; {@link ForeignCodeTest} has the table. */
class ImpossibleAnswersTest {
  private final Daemon daemon = new Daemon();
  private final Odd odd = new Odd();

  @BeforeEach
  void forgetLines() {
    CapturingLogProvider.reset();
  }

  @AfterEach
  void takeTheFlagOff() {
    Thread.interrupted();
  }

  @Test
  void whatIsNotPutBackIsOfferedAgain() {
    odd.putBackThrows = true;
    AuditEngine engine = builder().mainQueue(odd).policy("ordered", new OrderedPolicy()).passive();
    log(engine, 5);
    daemon.takes = 2;
    daemon.error = null; // two are taken and the others not tried
    engine.pass();
    daemon.takes = 100;
    engine.pass();

    Ledger ledger = engine.status().ledger();
    assertThat(daemon.texts).containsExactlyInAnyOrder("n=0", "n=1", "n=2", "n=3", "n=4");
    assertThat(ledger.delivered()).isEqualTo(5);
    assertThat(ledger.logged()).isEqualTo(5);
    assertThat(ledger.balances()).isTrue();
  }

  @Test
  void whatIsRefusedAndNotPutBackIsOfferedAgain() {
    odd.putBackThrows = true;
    AuditEngine engine = builder().retryQueue(odd).policy("ordered", new OrderedPolicy()).passive();
    log(engine, 5);
    for (int i = 0; i < 5; i++) {
      engine.pass(); // each keeps its place in the retry queue, which throws
      assertThat(engine.status().ledger().balances()).isTrue();
    }
    daemon.takes = 100;
    engine.pass();
    engine.pass();

    assertThat(daemon.texts).containsExactlyInAnyOrder("n=0", "n=1", "n=2", "n=3", "n=4");
    assertThat(engine.status().ledger().waiting()).isZero();
    assertThat(odd.inFlight()).isZero();
  }

  @Test
  void whatIsNotTakenThereIsCountedAsLost() {
    odd.putBackThrows = true;
    AuditEngine engine = builder().retryQueue(odd).policy("ordered", new OrderedPolicy()).passive();
    log(engine, 5);
    engine.pass();
    odd.isFull = true;
    engine.pass();
    odd.isFull = false;
    daemon.takes = 100;
    engine.pass();
    engine.pass();

    Ledger ledger = engine.status().ledger();
    assertThat(ledger.balances()).isTrue();
    assertThat(ledger.waiting()).isZero();
    assertThat(ledger.dropped(LostReason.QUEUE_FAILURE)).isPositive();
    assertThat(ledger.delivered()).isEqualTo(daemon.texts.size());
    assertThat(odd.inFlight()).isZero();
  }

  @Test
  void aQueueThatPutsBackAndThenThrowsDeliversNothingTwice() {
    odd.putBackThrowsAfterwards = true;
    AuditEngine engine = builder().retryQueue(odd).policy("ordered", new OrderedPolicy()).passive();
    log(engine, 5);
    engine.pass();
    engine.pass();
    daemon.takes = 100;
    engine.pass();

    assertThat(daemon.texts).containsExactly("n=0", "n=1", "n=2", "n=3", "n=4");
    assertThat(engine.status().ledger().balances()).isTrue();
  }

  @Test
  void recordsThatWereNeverAddedAreInTheLedger() {
    odd.invents = 3;
    AuditEngine engine = builder().holdQueue(odd).passive();
    daemon.takes = 100;
    engine.pass();
    engine.pass();

    Ledger ledger = engine.status().ledger();
    assertThat(ledger.delivered()).isEqualTo(3);
    assertThat(ledger.inHold()).isZero();
    assertThat(ledger.balances()).as("%s", ledger).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000_000, Long.MAX_VALUE, Long.MIN_VALUE})
  void moreIsNotLostThanWasThere(long lost) throws Exception {
    AuditEngine engine = builder().holdQueue(odd).passive();
    odd.lost = lost;
    engine.pass();
    engine.pass();

    AuditStatus status = engine.status();
    assertThat(status.lost()).isZero();
    assertThat(status.ledger().balances()).isTrue();
    assertThat(named(".lost")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, Long.MIN_VALUE})
  void noNumberBecomesNegative(long highest) {
    odd.highest = highest;
    AuditEngine engine = builder().holdQueue(odd).numberRecords().passive();
    daemon.takes = 100;
    log(engine, 2);
    engine.log(AuditRecord.of(1112, 0, 9, "own").withNumber(Long.MAX_VALUE));
    log(engine, 2);
    engine.pass();

    assertThat(daemon.numbers).containsExactly(1L, 2L, Long.MAX_VALUE, 3L, 4L);
  }

  @Test
  void anExceptionThatCannotSayWhatItIsIsNamedByItsClass() throws Exception {
    daemon.thrown = new Mute();
    AuditEngine engine = builder().passive();
    log(engine, 1);
    engine.pass();

    assertThat(engine.status().ledger().balances()).isTrue();
    assertThat(engine.status().lastError()).contains("Mute");
    assertThat(named("Mute")).hasSize(1);
  }

  @Test
  void aFlagThatIsLeftIsNotMetByTheNextAndIsHandedOnToTheOwner() {
    daemon.takes = 100;
    AuditEngine engine = builder().passive();
    engine.addListener(record -> Thread.currentThread().interrupt());
    log(engine, 1);
    engine.pass();

    assertThat(daemon.sawInterrupt).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoBuildsAnEngineFindsTheFlagAsItWas(boolean interrupted) {
    odd.interrupts = true;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    builder().holdQueue(odd).passive();

    assertThat(Thread.interrupted()).isEqualTo(interrupted);
  }

  /** A queue that says so for a moment would be turned round 2^31 times. */
  @Test
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // it does not listen
  void aSizeThatCannotBeTurnsNoQueueRound() {
    AuditEngine engine = builder().holdQueue(odd).passive();
    log(engine, 3);
    engine.pass(); // into the retry queue
    engine.disconnect();
    engine.runCommands(); // into the hold queue
    assertThat(engine.status().ledger().inHold()).isEqualTo(3);
    engine.connect(1);
    odd.overstates = true; // until it is polled
    engine.pass();
    daemon.takes = 100;
    engine.pass();

    assertThat(daemon.texts).containsExactlyInAnyOrder("n=0", "n=1", "n=2");
    assertThat(engine.status().ledger().waiting()).isZero();
    assertThat(engine.status().ledger().balances()).isTrue();
  }

  private KauditdBuilder builder() {
    return Kauditd.builder().settings(AuditSettings.DEFAULTS).transport("daemon", daemon);
  }

  private static void log(AuditEngine engine, int records) {
    for (int i = 0; i < records; i++) {
      engine.log(AuditRecord.of(1112, 0, i, "n=" + i));
    }
  }

  private static List<String> named(String what) throws Exception {
    return CapturingLogProvider.allLines().stream().filter(line -> line.contains(what)).toList();
  }

  /** Throws from whatever it is asked. */
  private static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  /** A memory queue with oddities. */
  private static final class Odd implements AuditQueue {
    private final MemoryQueue inner = new MemoryQueue();
    private int polled;
    private boolean putBackThrows;
    private boolean putBackThrowsAfterwards;
    private boolean isFull;
    private boolean interrupts;
    private boolean overstates;
    private int invents;
    private long lost;
    private long highest;

    int inFlight() {
      return polled;
    }

    @Override
    public boolean add(AuditRecord record, int capacity) {
      return !isFull && inner.add(record, capacity);
    }

    @Override
    public @Nullable AuditRecord poll() {
      overstates = false;
      if (invents > 0) {
        invents--;
        inner.add(AuditRecord.of(1112, 0, 0, "invented"), Integer.MAX_VALUE);
      }
      AuditRecord record = inner.poll();
      polled += record == null ? 0 : 1;
      return record;
    }

    @Override
    public void acknowledge(int count) {
      inner.acknowledge(count);
      polled -= count;
    }

    @Override
    public void putBack(int count) {
      if (putBackThrows) {
        throw new IllegalStateException("putBack");
      }
      inner.putBack(count);
      polled -= count;
      if (putBackThrowsAfterwards) {
        throw new IllegalStateException("putBack");
      }
    }

    @Override
    public int size() {
      if (interrupts) {
        Thread.currentThread().interrupt();
      }
      return overstates ? Integer.MAX_VALUE : inner.size() + invents;
    }

    @Override
    public long lost() {
      return lost;
    }

    @Override
    public long highestNumber() {
      return highest;
    }

    @Override
    public void close() {}
  }

  /** Takes so many records; then it fails, or says that the others were not tried. */
  private static final class Daemon implements Transport {
    private final List<String> texts = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>();
    private int takes;
    private @Nullable SendError error = SendError.EAGAIN;
    private @Nullable RuntimeException thrown;
    private boolean sawInterrupt;

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      sawInterrupt |= Thread.currentThread().isInterrupted();
      if (thrown != null) {
        throw thrown;
      }
      int taken = 0;
      for (AuditRecord record = batch.next(); record != null; record = batch.next()) {
        if (takes == 0) {
          SendError why = error;
          error = SendError.EAGAIN;
          return why == null && taken > 0
              ? SendResult.sent(taken)
              : SendResult.failed(taken, SendError.EAGAIN, "as told");
        }
        takes--;
        taken++;
        texts.add(record.text());
        numbers.add(record.number());
      }
      return SendResult.sent(taken);
    }

    @Override
    public void close() {}
  }
}
