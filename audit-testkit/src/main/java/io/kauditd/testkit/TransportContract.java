// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.Durations;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendError;
import io.kauditd.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The rules T1 to T17 of {@code docs/reference/spi-rules.md}. Extend it, and say how the transport
 * is made and how its daemon is controlled. Each test begins with a daemon that runs and takes
 * records. If a method is not overridden, the tests that need it are skipped.
 *
 * @since 0.1.0
 */
public abstract class TransportContract extends Contract {
  private static final int MANY = 1_000;
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Maximum number of bytes sent to a daemon that takes nothing; no socket buffers more. */
  private static final long STALL_BYTES = 256L << 20;

  private @Nullable TransportDriver driver;

  /** For subclasses. */
  protected TransportContract() {}

  /**
   * Makes a transport to the daemon of this test.
   *
   * @throws Exception fails the test
   */
  protected abstract Transport newTransport() throws Exception;

  /**
   * The texts of the records that have arrived at the daemon of this test so far, in order; null if
   * this is unknown. What needs it is then not checked.
   *
   * @throws Exception fails the test
   */
  protected @Nullable List<String> arrived() throws Exception {
    return null;
  }

  /**
   * Stops the daemon as if it had been killed. {@link #startDaemon} starts it again.
   *
   * @return false if that cannot be done; T7 and T9 are then not checked
   * @throws Exception fails the test
   */
  protected boolean stopDaemon() throws Exception {
    return false;
  }

  /**
   * Starts the daemon that was stopped. {@link #arrived} need no longer contain what arrived
   * before.
   *
   * @throws Exception fails the test
   */
  protected void startDaemon() throws Exception {}

  /**
   * Makes the daemon take nothing, as if it hung or its disk were full.
   *
   * @return false if that cannot be done; T8 is then not checked
   * @throws Exception fails the test
   */
  protected boolean stallDaemon() throws Exception {
    return false;
  }

  /**
   * Lets the daemon take records again.
   *
   * @throws Exception fails the test
   */
  protected void resumeDaemon() throws Exception {}

  /**
   * Makes the daemon take records but lose its acknowledgements, as if the way back to the
   * transport were broken. {@link #acknowledgeAgain} ends this. What has arrived stays in {@link
   * #arrived}.
   *
   * @return false if that cannot be done, or there are no acknowledgements; T16 is then not checked
   * @throws Exception fails the test
   */
  protected boolean loseAcknowledgements() throws Exception {
    return false;
  }

  /**
   * Lets acknowledgements through again, on connections that are opened from now on.
   *
   * @throws Exception fails the test
   */
  protected void acknowledgeAgain() throws Exception {}

  /** Registers the daemon with a transport that is {@linkplain OpenResult#listening listening}. */
  protected void registerDaemon() throws Exception {}

  /**
   * Whether a record that {@code send} reports as taken has arrived when it returns, because the
   * transport waits for the daemon's acknowledgement. If so, T13 is checked.
   */
  protected boolean takenMeansArrived() {
    return false;
  }

  /** A record type that the transport takes. */
  protected int recordType() {
    return RecordType.TRUSTED_APP;
  }

  /** The maximum time that send may take: the transport's own timeout. */
  protected Duration sendTimeout() {
    return Duration.ofMillis(100);
  }

  @AfterEach
  final void closeDriver() {
    if (driver != null) {
      try {
        driver.close();
      } catch (AssertionError e) {
        if (!deviatesFrom(Rule.T12)) {
          throw e;
        }
      }
    }
  }

  private TransportDriver newDriver() {
    var made =
        new TransportDriver(
            this::newTransport, this::deviatesFrom, sendTimeout(), patience(), deadline());
    driver = made;
    return made;
  }

  private TransportDriver connected() throws Exception {
    TransportDriver made = newDriver();
    connect(made);
    return made;
  }

  private void connect(TransportDriver made) throws Exception {
    registerDaemon();
    made.connect(deadline());
  }

  private List<AuditRecord> records(long from, long to) {
    return ContractRecords.range(recordType(), from, to);
  }

  private static List<String> texts(List<AuditRecord> records) {
    return records.stream().map(AuditRecord::text).toList();
  }

  /** Waits for this many records; returns what has arrived by then. */
  private List<String> arrived(int count) throws Exception {
    long end = System.nanoTime() + deadline().toNanos();
    List<String> now = arrivedNow();
    while (now.size() < count && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(PAUSE_NS);
      now = arrivedNow();
    }
    return now;
  }

  private List<String> arrivedNow() throws Exception {
    return Objects.requireNonNull(arrived(), "arrived() knew what had arrived, and now does not");
  }

  /**
   * Waits for what was taken, and checks that it has arrived: complete, in order, once.
   *
   * @param leansOn rules that may be to blame if it has not, besides T5
   */
  private void assertArrived(List<AuditRecord> taken, Rule own, String situation, Rule... leansOn)
      throws Exception {
    String wrong = FailureText.difference(texts(taken), arrived(taken.size()));
    if (wrong != null) {
      throw new AssertionError(
          blame(blame(own, leansOn), Rule.T5, Rule.T14).when("%s: %s", situation, wrong));
    }
  }

  private void needsArrived(Rule rule) throws Exception {
    needs(arrived() != null, rule, "arrived()");
  }

  @Test
  void t1_creatingItDoesNoWork() throws Exception {
    checks(Rule.T1);
    boolean away = stopDaemon();
    try {
      assertThat(newDriver().threadsLeft(Duration.ZERO))
          .as(Rule.T1.when("threads that run although open was not called yet"))
          .isEmpty();
    } finally {
      if (away) {
        startDaemon();
      }
    }
  }

  @Test
  void t2_openConnectsOrListensOrSaysWhyNot() throws Exception {
    checks(Rule.T2);
    connected();
  }

  @Test
  void t3_openReturnsInTimeWhenTheDaemonIsAway() throws Exception {
    checks(Rule.T3);
    needs(stopDaemon(), Rule.T3, "stopDaemon()");
    try {
      OpenResult result = newDriver().open();
      assertThat(result.outcome())
          .as(Rule.T2.when("the daemon is not there"))
          .isNotEqualTo(OpenResult.Outcome.CONNECTED);
    } finally {
      startDaemon();
    }
  }

  @Test
  void t4_resultsFitTheirBatches() throws Exception {
    checks(Rule.T4);
    TransportDriver connected = connected();
    for (int size : new int[] {1, 2, 7, 100, 1_024}) {
      connected.sendAll(Rule.T4, records(1, size), deadline());
    }
  }

  @Test
  void t5_whatIsReportedAsTakenHasArrived() throws Exception {
    checks(Rule.T5);
    needsArrived(Rule.T5);
    TransportDriver connected = connected();
    List<AuditRecord> taken = connected.sendAll(Rule.T5, records(1, MANY), deadline());

    assertArrived(taken, Rule.T5, "records were reported as taken");
  }

  @Test
  void t5_longRecordsArriveWhole() throws Exception {
    checks(Rule.T5);
    needsArrived(Rule.T5);
    TransportDriver connected = connected();
    List<AuditRecord> taken =
        connected.sendAll(Rule.T5, ContractRecords.ofAllLengths(recordType()), deadline());

    assertArrived(taken, Rule.T5, "records of up to " + ContractRecords.LONGEST_BYTES + " bytes");
  }

  @Test
  void t5_closeLosesNothingThatWasTaken() throws Exception {
    checks(Rule.T5);
    needsArrived(Rule.T5);
    TransportDriver connected = connected();
    List<AuditRecord> taken = connected.sendAll(Rule.T5, records(1, MANY), deadline());
    connected.closeTransport();

    assertArrived(taken, Rule.T5, "records were reported as taken, and it was closed");
  }

  @Test
  void t6_theBatchIsUsedDuringTheCallOnly() throws Exception {
    checks(Rule.T6);
    TransportDriver connected = connected();
    List<AuditRecord> taken = connected.sendAll(Rule.T6, records(1, MANY), deadline());
    if (arrived() != null) {
      arrived(taken.size()); // by now, whatever the transport does behind send's back was done
    }
    connected.closeTransport();
    connected.checkMisuse();
  }

  @Test
  void t7_aDaemonThatIsGoneEndsTheConnection() throws Exception {
    checks(Rule.T7);
    TransportDriver connected = connected();
    connected.sendAll(Rule.T7, records(1, 10), deadline());
    needs(stopDaemon(), Rule.T7, "stopDaemon()");
    try {
      awaitEndOfConnection(connected);
    } finally {
      startDaemon();
    }
  }

  private void awaitEndOfConnection(TransportDriver connected) {
    long end = System.nanoTime() + patience().toNanos();
    TransportDriver.Sent sent = connected.send(records(11, 11));
    while (!endsConnection(sent.error())) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            Rule.T7.when(
                "the daemon has been gone for %s, and send still answers %s; the engine opens"
                    + " again only after an error that ends the connection",
                Durations.inWords(patience()),
                sent.failure() == null ? "that it took the record" : sent.failure()));
      }
      LockSupport.parkNanos(PAUSE_NS);
      sent = connected.send(records(11, 11));
    }
  }

  private static boolean endsConnection(@Nullable SendError error) {
    return error != null && error.endsConnection();
  }

  @Test
  void t8_aDaemonThatTakesNothingIsAskedAgain() throws Exception {
    checks(Rule.T8);
    TransportDriver connected = connected();
    var taken = new ArrayList<>(connected.sendAll(Rule.T8, records(1, 10), deadline()));
    needs(stallDaemon(), Rule.T8, "stallDaemon()");
    List<AuditRecord> failed;
    try {
      failed = sendUntilStalled(connected, taken);
    } finally {
      resumeDaemon();
    }
    taken.addAll(connected.sendAll(Rule.T8, failed, deadline()));

    if (arrived() != null) {
      assertArrived(taken, Rule.T8, "the daemon took nothing for a while, and then all of it");
    }
  }

  /** Sends until nothing goes any more; returns what was not taken of the last batch. */
  private List<AuditRecord> sendUntilStalled(TransportDriver to, List<AuditRecord> taken) {
    String padding = " pad=" + "x".repeat(4_000);
    long number = 10;
    for (long bytes = 0; bytes < STALL_BYTES; ) {
      var batch = new ArrayList<AuditRecord>();
      for (int i = 0; i < 50; i++) {
        AuditRecord plain = ContractRecords.one(recordType(), ++number);
        batch.add(
            AuditRecord.of(plain.type(), plain.timeMs(), plain.serial(), plain.text() + padding));
        bytes += padding.length();
      }
      TransportDriver.Sent sent = to.send(batch);
      taken.addAll(sent.taken());
      if (sent.failure() != null) {
        if (!deviatesFrom(Rule.T8)) {
          assertThat(sent.error())
              .as(
                  Rule.T8.when(
                      "the daemon is there and takes nothing; send says %s", sent.failure()))
              .isEqualTo(SendError.EAGAIN);
        }
        return batch.subList(sent.taken().size(), batch.size());
      }
    }
    throw new AssertionError(
        Rule.T8.when("%d bytes were taken by a daemon that takes nothing", STALL_BYTES));
  }

  @Test
  void t9_afterResetItConnectsAgain() throws Exception {
    checks(Rule.T9);
    TransportDriver connected = connected();
    connected.sendAll(Rule.T9, records(1, 10), deadline());
    if (stopDaemon()) {
      try {
        awaitEndOfConnection(connected);
      } finally {
        startDaemon();
      }
    }
    connected.reset();
    assertRecordsFlowAgain(connected, records(101, 200));
  }

  /**
   * Opens again, and sends records, which must arrive. Records that were sent before may arrive in
   * between.
   */
  private void assertRecordsFlowAgain(TransportDriver reset, List<AuditRecord> records)
      throws Exception {
    connect(reset);
    List<String> expected = texts(reset.sendAll(Rule.T9, records, deadline()));
    if (arrived() != null) {
      long end = System.nanoTime() + deadline().toNanos();
      List<String> now = those(arrivedNow(), expected);
      while (now.size() < expected.size() && System.nanoTime() - end < 0) {
        LockSupport.parkNanos(PAUSE_NS);
        now = those(arrivedNow(), expected);
      }
      String wrong = FailureText.difference(expected, now);
      if (wrong != null) {
        throw new AssertionError(
            blame(Rule.T9, Rule.T5, Rule.T14)
                .when("records over the second connection: %s", wrong));
      }
    }
  }

  private static List<String> those(List<String> texts, List<String> wanted) {
    var set = new HashSet<>(wanted);
    return texts.stream().filter(set::contains).toList();
  }

  @Test
  void t9_recordsFlowAgainAfterAStallAndAReset() throws Exception {
    checks(Rule.T9);
    TransportDriver connected = stalled(Rule.T9);
    try {
      connected.reset();
    } finally {
      resumeDaemon();
    }
    assertRecordsFlowAgain(connected, records(100_001, 100_100));
  }

  @Test
  void t9_resetDoesNotWaitForTheDaemon() throws Exception {
    checks(Rule.T9);
    TransportDriver connected = stalled(Rule.T9);
    try {
      connected.reset();
    } finally {
      resumeDaemon();
    }
  }

  /** A transport whose daemon is there and has taken all that it takes. */
  private TransportDriver stalled(Rule rule) throws Exception {
    TransportDriver connected = connected();
    connected.sendAll(rule, records(1, 10), deadline());
    needs(stallDaemon(), rule, "stallDaemon()");
    try {
      sendUntilStalled(connected, new ArrayList<>());
    } catch (AssertionError e) {
      resumeDaemon();
      throw e;
    }
    return connected;
  }

  @Test
  void t10_noRecordBlocksThoseBehindIt() throws Exception {
    checks(Rule.T10);
    TransportDriver connected = connected();
    for (AuditRecord odd : ContractRecords.odd(recordType())) {
      TransportDriver.Sent sent = connected.send(List.of(odd));
      assertThat(sent.error())
          .as(Rule.T10.when("the record %s", odd))
          .isIn(null, SendError.REJECTED);
    }
    connected.sendAll(Rule.T10, records(1, 10), deadline());
  }

  @Test
  void t11_nothingInARecordMakesASecondOne() throws Exception {
    checks(Rule.T11);
    needsArrived(Rule.T11);
    TransportDriver connected = connected();
    List<AuditRecord> odd = ContractRecords.odd(recordType());
    var all = new ArrayList<>(odd);
    all.addAll(records(1, 1));
    int taken = connected.send(all).taken().size();

    Rule rule = blame(Rule.T11, Rule.T5, Rule.T10, Rule.T14);
    List<String> now = arrived(taken);
    if (now.size() != taken) {
      throw new AssertionError(
          rule.when(
              "%d records were taken, and %d have arrived, the last of them %s",
              taken, now.size(), now.isEmpty() ? "none" : FailureText.quoted(now.getLast())));
    }
    assertThat(FailureText.quoted(now.getLast()))
        .as(rule.when("the record behind the odd ones"))
        .isEqualTo(FailureText.quoted(ContractRecords.one(recordType(), 1).text()));
  }

  @Test
  void t12_closeWorksWithoutOpen() {
    checks(Rule.T12);
    newDriver().closeTransport();
  }

  @Test
  void t12_closeDoesNotWaitForTheDaemon() throws Exception {
    checks(Rule.T12);
    TransportDriver connected = stalled(Rule.T12);
    try {
      connected.closeTransport();
    } finally {
      resumeDaemon();
    }
  }

  @Test
  void t12_closeLetsGoOfEverything() throws Exception {
    checks(Rule.T12);
    TransportDriver connected = connected();
    connected.sendAll(Rule.T12, records(1, 10), deadline());
    connected.closeTransport();

    assertThat(connected.threadsLeft(patience()))
        .as(blame(Rule.T12, Rule.T1).when("threads that still run after close"))
        .isEmpty();
  }

  @Test
  void t13_whatIsTakenHasArrivedWhenSendReturns() throws Exception {
    checks(Rule.T13);
    needs(takenMeansArrived(), Rule.T13, "takenMeansArrived()");
    needsArrived(Rule.T13);
    TransportDriver connected = connected();
    int taken = 0;
    for (int size : new int[] {1, 1, 2, 7, 100}) {
      taken += connected.sendAll(Rule.T13, records(1, size), deadline()).size();
      assertThat(arrivedNow().size())
          .as(
              blame(Rule.T13, Rule.T5, Rule.T14)
                  .when("records that have arrived, of %d that were reported as taken", taken))
          .isEqualTo(taken);
    }
  }

  @Test
  void t14_aBatchMayEndEarly() throws Exception {
    checks(Rule.T14);
    TransportDriver connected = connected();
    var taken = new ArrayList<AuditRecord>();
    long number = 0;
    for (int size : new int[] {100, 3, 50, 1, 1_000, 2}) {
      List<AuditRecord> batch = records(number + 1, number + size);
      number += size;
      taken.addAll(connected.sendAll(Rule.T14, batch, deadline()));
    }
    if (arrived() != null) {
      assertArrived(taken, Rule.T14, "batches of 100, 3, 50, 1, 1000 and 2 records");
    }
  }

  @Test
  void t15_anInterruptLosesNothing() throws Exception {
    checks(Rule.T15);
    TransportDriver connected = connected();
    var taken = new ArrayList<>(connected.sendAll(Rule.T15, records(1, 10), deadline()));
    boolean ended = false;
    for (long number = 11; number <= 100; number += 10) {
      List<AuditRecord> batch = records(number, number + 9);
      connected.interruptEachSend(true);
      TransportDriver.Sent sent = connected.send(batch);
      connected.interruptEachSend(false);
      if (endsConnection(sent.error())) { // as the engine does, which then sends the rest again
        ended = true;
        connected.reset();
        connect(connected);
      }
      taken.addAll(sent.taken());
      List<AuditRecord> rest = batch.subList(sent.taken().size(), batch.size());
      taken.addAll(connected.sendAll(blame(Rule.T15, Rule.T9), rest, deadline()));
    }
    if (arrived() != null && !ended) {
      assertArrived(taken, Rule.T15, "the thread was interrupted before it sent", Rule.T9);
    } else if (arrived() != null) {
      assertNothingIsMissing(
          Rule.T15,
          texts(taken),
          "the thread was interrupted before it sent, and it connected again");
    }
  }

  @Test
  void t17_endpointsAreKnownBeforeItIsOpened() throws Exception {
    checks(Rule.T17);
    try (Transport transport = newTransport()) {
      checkEndpoints(Rule.T17, transport::endpoints);
    }
  }

  @Test
  void t16_whatMayHaveArrivedIsInDoubt() throws Exception {
    checks(Rule.T16);
    needsArrived(Rule.T16);
    TransportDriver connected = connected();
    var taken = new ArrayList<>(connected.sendAll(Rule.T16, records(1, 10), deadline()));
    needs(loseAcknowledgements(), Rule.T16, "loseAcknowledgements()");
    List<AuditRecord> batch = records(11, 20);
    List<AuditRecord> rest;
    try {
      rest = sendInVain(connected, batch, taken);
    } finally {
      acknowledgeAgain();
    }
    connected.reset();
    connect(connected);
    taken.addAll(connected.sendAll(blame(Rule.T16, Rule.T9), rest, deadline()));

    assertNothingIsMissing(Rule.T16, texts(taken), "acknowledgements were lost");
    List<String> now = arrivedNow();
    long twice = (long) now.size() - new HashSet<>(now).size();
    if (twice > connected.mayBeDouble()) {
      throw new AssertionError(
          blame(Rule.T16, Rule.T5, Rule.T14)
              .when(
                  "acknowledgements were lost, %d records have arrived twice, and %d were said to"
                      + " be in doubt",
                  twice, connected.mayBeDouble()));
    }
  }

  /** Sends until the connection has ended; returns what was not taken. */
  private List<AuditRecord> sendInVain(
      TransportDriver to, List<AuditRecord> batch, List<AuditRecord> taken) throws Exception {
    List<AuditRecord> rest = batch;
    boolean away = false;
    try {
      while (true) {
        TransportDriver.Sent sent = to.send(rest);
        taken.addAll(sent.taken());
        rest = rest.subList(sent.taken().size(), rest.size());
        if (rest.isEmpty()) {
          throw new AssertionError(
              Rule.T16.when(
                  "the daemon has acknowledged none of %d records, and send says that all were"
                      + " taken",
                  batch.size()));
        }
        if (endsConnection(sent.error())) {
          return rest;
        }
        if (!away) { // it waits for the acknowledgements, which a daemon that is gone never sends
          needs(stopDaemon(), Rule.T16, "stopDaemon()");
          away = true;
        }
        LockSupport.parkNanos(PAUSE_NS);
      }
    } finally {
      if (away) {
        startDaemon();
      }
    }
  }

  /** A record whose connection broke may come twice: nobody knows whether the daemon has it. */
  private void assertNothingIsMissing(Rule own, List<String> expected, String situation)
      throws Exception {
    long end = System.nanoTime() + deadline().toNanos();
    List<String> now = new ArrayList<>(new LinkedHashSet<>(arrivedNow()));
    while (now.size() < expected.size() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(PAUSE_NS);
      now = new ArrayList<>(new LinkedHashSet<>(arrivedNow()));
    }
    String wrong = FailureText.difference(expected, now);
    if (wrong != null) {
      throw new AssertionError(blame(own, Rule.T5, Rule.T9).when("%s: %s", situation, wrong));
    }
  }
}
