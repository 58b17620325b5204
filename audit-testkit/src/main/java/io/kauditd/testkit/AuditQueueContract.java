// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.QueueRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The rules Q1 to Q21 of {@code docs/reference/spi-rules.md}. Extend it, say how a queue is opened,
 * and run it with JUnit:
 *
 * <pre>{@code
 * class SpoolContractTest extends AuditQueueContract {
 *   @TempDir Path directory;
 *
 *   @Override
 *   protected AuditQueue open(QueueRole role) throws IOException {
 *     return new Spool(directory, role);
 *   }
 *
 *   @Override
 *   protected boolean isDurable() {
 *     return true;
 *   }
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public abstract class AuditQueueContract extends Contract {
  private static final int NO_LIMIT = Integer.MAX_VALUE;
  private static final int MANY = 5_000;

  private @Nullable OwnerThread owner;
  private @Nullable AuditQueue open;

  /** For subclasses. */
  protected AuditQueueContract() {}

  /**
   * Opens the queue for a role, with room for 5,000 records. A test opens one queue at a time, and
   * the first one of a test is empty. A durable queue that is opened again contains what was left
   * when it was closed.
   *
   * @throws IOException fails the test
   */
  protected abstract AuditQueue open(QueueRole role) throws IOException;

  /** Whether records survive the closing of the queue. If so, Q13, Q14 and Q15 are checked, too. */
  protected boolean isDurable() {
    return false;
  }

  /**
   * Damages the six records that a closed queue has left, so that at least one of them cannot be
   * read any more and at least one still can.
   *
   * @return false if that cannot be done; Q15, that damage is counted, is then not checked
   * @throws IOException fails the test
   */
  protected boolean damage() throws IOException {
    return false;
  }

  /**
   * Opens what the next run would find if the program were killed now: a queue on a copy of the
   * open queue's medium. The open queue stays open. The test closes both.
   *
   * @return null if that cannot be done; that a kill loses nothing (Q13, Q14) is then not checked
   * @throws IOException fails the test
   */
  protected @Nullable AuditQueue openCopy(QueueRole role) throws IOException {
    return null;
  }

  @BeforeEach
  final void startOwner() {
    owner = new OwnerThread("kauditd of the contract");
  }

  @AfterEach
  final void closeAll() {
    if (open != null && !ownerThread().isStuck()) {
      try {
        close(open);
      } catch (AssertionError e) {
        if (!deviatesFrom(Rule.Q12)) {
          throw e;
        }
      }
    }
    if (owner != null) {
      owner.close();
    }
  }

  private static void close(AuditQueue queue) {
    try {
      queue.close();
    } catch (RuntimeException e) {
      throw new AssertionError(Rule.Q12.when("close threw %s", e), e);
    }
  }

  private AuditQueue newQueue(QueueRole role) throws IOException {
    AuditQueue queue = open(role);
    open = queue;
    return queue;
  }

  private AuditQueue newQueue() throws IOException {
    return newQueue(QueueRole.HOLD);
  }

  private void add(AuditQueue queue, long from, long to) throws IOException {
    for (AuditRecord record : ContractRecords.range(from, to)) {
      assertThat(queue.add(record, NO_LIMIT))
          .as(basic(Rule.Q2).when("record %s, without a limit", record.serial()))
          .isTrue();
    }
  }

  /** Polls until there is nothing; returns the numbers of the records. */
  private List<Long> pollAll(AuditQueue queue) {
    var numbers = new ArrayList<Long>();
    // One that does not return null when there is nothing is not asked when there is nothing.
    while (!deviatesFrom(Rule.Q4) || queue.size() > 0) {
      AuditRecord record = queue.poll();
      if (record == null) {
        break;
      }
      numbers.add(record.serial());
    }
    return numbers;
  }

  /** The rule to blame, its own or one that every use of a queue leans on. */
  private Rule basic(Rule own) {
    return blame(
        own, Rule.Q1, Rule.Q2, Rule.Q3, Rule.Q4, Rule.Q5, Rule.Q6, Rule.Q7, Rule.Q9, Rule.Q11);
  }

  private static List<String> texts(List<Long> numbers) {
    return numbers.stream().map(String::valueOf).toList();
  }

  private static List<Long> numbers(long from, long to) {
    return ContractRecords.range(from, to).stream().map(AuditRecord::serial).toList();
  }

  @Test
  void q1_recordsLeaveInTheOrderTheyWereAdded() throws IOException {
    checks(Rule.Q1);
    AuditQueue queue = newQueue();
    add(queue, 1, MANY);

    String wrong = FailureText.difference(texts(numbers(1, MANY)), texts(pollAll(queue)));
    if (wrong != null) {
      throw new AssertionError(Rule.Q1.when("%d records were added: %s", MANY, wrong));
    }
  }

  @Test
  void q1_toQ6_holdInEveryMixOfCalls() throws IOException {
    checks(Rule.Q1);
    long seed = System.nanoTime();
    new QueueWalk(newQueue(), this, seed).run(20_000);
  }

  @Test
  void q1_toQ6_holdForTheMainQueueToo() throws IOException {
    checks(Rule.Q1);
    long seed = System.nanoTime();
    new QueueWalk(newQueue(QueueRole.MAIN), this, seed).run(5_000);
  }

  @Test
  void q2_addRefusesARecordWhenTheQueueIsAtItsCapacity() throws IOException {
    checks(Rule.Q2);
    checks(Rule.Q8);
    AuditQueue queue = newQueue();
    for (AuditRecord record : ContractRecords.range(1, 3)) {
      assertThat(queue.add(record, 3)).as(basic(Rule.Q2).when("room for 3, fewer in it")).isTrue();
    }

    assertThat(queue.add(ContractRecords.one(RecordType.TRUSTED_APP, 4), 3))
        .as(basic(Rule.Q2).when("a fourth record with capacity 3"))
        .isFalse();
    assertThat(queue.add(ContractRecords.one(RecordType.TRUSTED_APP, 4), 2))
        .as(basic(Rule.Q2).when("a fourth record with a capacity that was lowered to 2"))
        .isFalse();
    assertThat(pollAll(queue))
        .as(basic(Rule.Q2).when("a refused record must not be in the queue"))
        .isEqualTo(numbers(1, 3));
  }

  @Test
  void q2_addTakesARecordAgainWhenThereIsRoom() throws IOException {
    checks(Rule.Q2);
    AuditQueue queue = newQueue();
    add(queue, 1, 2);
    queue.poll();
    queue.acknowledge(1);

    assertThat(queue.add(ContractRecords.one(RecordType.TRUSTED_APP, 3), 2))
        .as(basic(Rule.Q2).when("capacity 2, one of two records polled and acknowledged"))
        .isTrue();
    assertThat(pollAll(queue))
        .as(basic(Rule.Q2).when("the rest was polled"))
        .isEqualTo(numbers(2, 3));
  }

  @Test
  void q3_recordsInFlightAreNotCounted() throws IOException {
    checks(Rule.Q3);
    AuditQueue queue = newQueue();
    add(queue, 1, 3);
    assertThat(queue.size()).as(basic(Rule.Q3).when("3 records were added")).isEqualTo(3);

    queue.poll();
    queue.poll();
    assertThat(queue.size()).as(basic(Rule.Q3).when("2 of 3 records were polled")).isEqualTo(1);
    assertThat(
            queue.add(
                ContractRecords.one(RecordType.TRUSTED_APP, 4),
                deviatesFrom(Rule.Q2) ? NO_LIMIT : 2))
        .as(
            basic(Rule.Q3)
                .when("capacity 2, one record in the queue, two in flight: there is room"))
        .isTrue();

    queue.acknowledge(1);
    assertThat(queue.size()).as(basic(Rule.Q3).when("one in flight was acknowledged")).isEqualTo(2);
    queue.putBack(1);
    assertThat(queue.size()).as(basic(Rule.Q3).when("one in flight was put back")).isEqualTo(3);
  }

  @Test
  void q4_pollReturnsNullWhenThereIsNoRecord() throws IOException {
    checks(Rule.Q4);
    AuditQueue queue = newQueue();
    assertThat(pollOnce(queue)).as(Rule.Q4.when("nothing was ever added")).isNull();

    add(queue, 1, 1);
    queue.poll();
    assertThat(pollOnce(queue)).as(Rule.Q4.when("the only record is in flight")).isNull();
    queue.acknowledge(1);
    assertThat(pollOnce(queue)).as(Rule.Q4.when("the only record was acknowledged")).isNull();
  }

  private @Nullable Object pollOnce(AuditQueue queue) {
    var polled = new ArrayList<@Nullable AuditRecord>();
    ownerThread().run(patience(), Rule.Q4.when("poll"), () -> polled.add(queue.poll()));
    return polled.getFirst();
  }

  private OwnerThread ownerThread() {
    if (owner == null) {
      throw new IllegalStateException("call startOwner() before each test, as JUnit does");
    }
    return owner;
  }

  @Test
  void q5_acknowledgeForgetsTheOldestInFlight() throws IOException {
    checks(Rule.Q5);
    AuditQueue queue = newQueue();
    add(queue, 1, 4);
    for (int i = 0; i < 3; i++) {
      queue.poll();
    }

    queue.acknowledge(2);
    queue.putBack(1);

    assertThat(pollAll(queue))
        .as(
            basic(Rule.Q5)
                .when("1, 2 and 3 of 4 were in flight, 2 acknowledged, the rest put back"))
        .isEqualTo(numbers(3, 4));
  }

  @Test
  void q6_putBackKeepsTheOldOrder() throws IOException {
    checks(Rule.Q6);
    AuditQueue queue = newQueue();
    add(queue, 1, 5);
    for (int i = 0; i < 4; i++) {
      queue.poll();
    }

    queue.putBack(3);

    assertThat(pollAll(queue))
        .as(basic(Rule.Q6).when("1 to 4 of 5 were in flight and the youngest 3 put back"))
        .isEqualTo(numbers(2, 5));
  }

  @Test
  void q7_recordsComeOutAsTheyWentIn() throws IOException {
    checks(Rule.Q7);
    AuditQueue queue = newQueue();
    List<AuditRecord> odd = ContractRecords.odd(RecordType.USER_LOGIN);
    for (AuditRecord record : odd) {
      assertThat(queue.add(record, NO_LIMIT))
          .as(basic(Rule.Q7).when("the record %s was refused", record))
          .isTrue();
    }
    for (AuditRecord record : odd) {
      assertThat(queue.poll())
          .as(
              basic(Rule.Q7)
                  .when("type, time, serial, head and the bytes of the text must be the same"))
          .isEqualTo(record);
    }
  }

  @Test
  void q8_addNeverWaitsForRoom() throws IOException {
    checks(Rule.Q8);
    AuditQueue queue = newQueue(QueueRole.MAIN);
    add(queue, 1, 2);

    boolean added =
        ownerThread()
            .call(
                patience(),
                Rule.Q8.when("add to a full queue"),
                () -> queue.add(ContractRecords.one(RecordType.TRUSTED_APP, 3), 2));

    assertThat(added).as(basic(Rule.Q2).when("a third record with capacity 2")).isFalse();
  }

  @Test
  void q9_countsThatDoNotFitAreRefused() throws IOException {
    checks(Rule.Q9);
    AuditQueue queue = newQueue();
    add(queue, 1, 3);
    queue.poll();

    for (int count : new int[] {2, -1}) {
      assertThat(catchThrowable(() -> queue.acknowledge(count)))
          .as(basic(Rule.Q9).when("acknowledge(%d) with one record in flight", count))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(catchThrowable(() -> queue.putBack(count)))
          .as(basic(Rule.Q9).when("putBack(%d) with one record in flight", count))
          .isInstanceOf(IllegalArgumentException.class);
    }
    queue.putBack(1);
    assertThat(pollAll(queue))
        .as(basic(Rule.Q9).when("the refused calls must have changed nothing"))
        .isEqualTo(numbers(1, 3));
  }

  @Test
  void q10_manyProducersAddAtOnce() throws Exception {
    checks(Rule.Q10);
    checks(Rule.Q1);
    checks(Rule.Q4);
    new QueueRace(newQueue(QueueRole.MAIN), patience()).everyRecordOnce();
  }

  @Test
  void q10_theBoundIsExactHoweverManyProducersAdd() throws Exception {
    checks(Rule.Q10);
    checks(Rule.Q2);
    checks(Rule.Q4);
    checks(Rule.Q8);
    new QueueRace(newQueue(QueueRole.MAIN), patience()).boundIsExact();
  }

  @Test
  void q11_anAddedRecordIsCountedOnEveryThread() throws Exception {
    checks(Rule.Q11);
    new QueueRace(newQueue(QueueRole.MAIN), patience()).sizeIsVisible();
  }

  @Test
  void q12_closeWorksWhateverIsInFlight() throws IOException {
    checks(Rule.Q12);
    AuditQueue queue = newQueue();
    add(queue, 1, 3);
    queue.poll();
    queue.poll();

    ownerThread().run(patience(), Rule.Q12.when("close with two records in flight"), queue::close);
    open = null;
  }

  @Test
  void q13_whatWasNotAcknowledgedIsOfferedAgain() throws IOException {
    checks(Rule.Q13);
    needs(isDurable(), Rule.Q13, "isDurable()");
    leaveBehind();

    assertThat(pollAll(newQueue()))
        .as(
            basic(Rule.Q13)
                .when("2 of 6 were acknowledged, 2 in flight, 2 not polled; then it was closed"))
        .isEqualTo(numbers(3, 6));
  }

  @Test
  void q13_aKillLosesNothing() throws IOException {
    checks(Rule.Q13);
    assertThat(leftByAKill(Rule.Q13))
        .as(
            basic(Rule.Q13)
                .when("2 of 6 were acknowledged, the pass ended, and the program was killed"))
        .contains(numbers(3, 6).toArray(new Long[0]));
  }

  @Test
  void q14_aKillBringsNothingBack() throws IOException {
    checks(Rule.Q14);
    assertThat(leftByAKill(Rule.Q14))
        .as(
            basic(Rule.Q14)
                .when("1 and 2 were acknowledged, the pass ended, the program was killed"))
        .doesNotContain(1L, 2L);
  }

  /** Of 6 records 2 are acknowledged and 2 in flight; what a copy of the medium has then. */
  private List<Long> leftByAKill(Rule rule) throws IOException {
    needs(isDurable(), rule, "isDurable()");
    AuditQueue queue = newQueue();
    begin(queue);
    try (AuditQueue next = needed(openCopy(QueueRole.HOLD), rule, "openCopy()")) {
      return pollAll(next);
    }
  }

  @Test
  void q14_whatWasAcknowledgedIsNeverOfferedAgain() throws IOException {
    checks(Rule.Q14);
    needs(isDurable(), Rule.Q14, "isDurable()");
    leaveBehind();
    AuditQueue second = newQueue();
    int left = pollAll(second).size();
    second.acknowledge(left);
    second.passEnded();
    close(second);

    AuditQueue third = newQueue();
    add(third, 7, 8);
    assertThat(pollAll(third))
        .as(
            basic(Rule.Q14)
                .when("all was acknowledged, then it was closed and opened, and 7 and 8 added"))
        .isEqualTo(numbers(7, 8));
  }

  @Test
  void q15_recoveredCountsWhatAnEarlierRunLeft() throws IOException {
    checks(Rule.Q15);
    AuditQueue queue = newQueue();
    add(queue, 1, 2);
    assertThat(queue.recovered()).as(basic(Rule.Q15).when("there was no earlier run")).isZero();
    queue.poll();
    queue.acknowledge(1);
    queue.passEnded();
    close(queue);
    open = null;

    if (isDurable()) {
      AuditQueue second = newQueue();
      assertThat(second.recovered())
          .as(basic(Rule.Q15).when("one of 2 records was left"))
          .isEqualTo(1);
      assertThat(second.size()).as(basic(Rule.Q15).when("one of 2 records was left")).isEqualTo(1);
      assertThat(second.lost()).as(basic(Rule.Q15).when("nothing was damaged")).isZero();
    }
  }

  @Test
  void q15_damagedRecordsAreCounted() throws IOException {
    checks(Rule.Q15);
    needs(isDurable(), Rule.Q15, "isDurable()");
    AuditQueue first = newQueue();
    add(first, 1, 6);
    first.passEnded();
    close(first);
    open = null;
    needs(damage(), Rule.Q15, "damage()");

    AuditQueue second = newQueue();
    assertThat(second.recovered())
        .as(basic(Rule.Q15).when("6 records were left, and then some of them damaged"))
        .isEqualTo(6);
    List<Long> left = pollAll(second);
    assertThat(left)
        .as(basic(Rule.Q13).when("6 records were left, and then some of them damaged"))
        .isNotEmpty()
        .isSubsetOf(numbers(1, 6))
        .isSorted();
    assertThat(second.lost())
        .as(
            basic(Rule.Q15)
                .when("%d of 6 records were polled, the others are damaged", left.size()))
        .isEqualTo(6 - left.size())
        .isPositive();
    assertThat(second.size()).as(basic(Rule.Q15).when("all that can be read was polled")).isZero();
  }

  @Test
  void q16_anInterruptDoesNoHarm() throws IOException {
    checks(Rule.Q16);
    AuditQueue queue = newQueue(QueueRole.MAIN);
    var taken = new ArrayList<Long>();
    for (AuditRecord record : ContractRecords.range(1, 20)) {
      if (addInterrupted(queue, record)) {
        taken.add(record.serial());
      }
    }
    List<Long> polled =
        ownerThread().call(patience(), Rule.Q16.when("poll"), () -> pollInterrupted(queue));
    add(queue, 101, 110);
    taken.addAll(numbers(101, 110));
    polled.addAll(pollAll(queue));

    assertThat(polled)
        .as(
            basic(Rule.Q16)
                .when("interrupted threads added 20 records and polled, then others added 10"))
        .isEqualTo(taken);
  }

  @Test
  void q17_addAllTakesWhatAddWouldTake() throws IOException {
    checks(Rule.Q17);
    AuditQueue queue = newQueue();
    assertThat(queue.addAll(ContractRecords.range(1, 5), 3))
        .as(basic(Rule.Q17).when("5 records at once, with room for 3"))
        .isEqualTo(3);
    assertThat(queue.addAll(List.of(), NO_LIMIT))
        .as(basic(Rule.Q17).when("no record at all"))
        .isZero();
    assertThat(queue.addAll(ContractRecords.range(4, 6), NO_LIMIT))
        .as(basic(Rule.Q17).when("3 records at once, without a limit"))
        .isEqualTo(3);

    assertThat(pollAll(queue))
        .as(basic(Rule.Q17).when("3 of 5 records, and then 3 more, were taken at once"))
        .isEqualTo(numbers(1, 6));
  }

  @Test
  void q18_boundsItselfAndOutlivesProgramAlwaysSayTheSame() throws IOException {
    checks(Rule.Q18);
    AuditQueue queue = newQueue();
    boolean bounds = queue.boundsItself();
    boolean outlives = queue.outlivesProgram();
    for (long i = 1; i <= 20; i++) {
      add(queue, i, i);
      if (i % 5 == 0) {
        queue.poll();
        queue.acknowledge(1);
        queue.passEnded();
      }
      assertThat(queue.boundsItself())
          .as(Rule.Q18.when("boundsItself(), after %d records were added", i))
          .isEqualTo(bounds);
      assertThat(queue.outlivesProgram())
          .as(Rule.Q18.when("outlivesProgram(), after %d records were added", i))
          .isEqualTo(outlives);
    }
  }

  @Test
  void q19_whatWasAddedIsThereAfterAKill() throws IOException {
    checks(Rule.Q19);
    AuditQueue queue = newQueue();
    needs(queue.outlivesProgram(), Rule.Q19, "outlivesProgram() of the queue");
    add(queue, 1, 3);
    assertThat(queue.addAll(ContractRecords.range(4, 6), NO_LIMIT))
        .as(basic(Rule.Q17).when("3"))
        .isEqualTo(3);
    AuditQueue copy = openCopy(QueueRole.HOLD);
    needs(copy != null, Rule.Q19, "openCopy(QueueRole)");
    try (AuditQueue next = copy) {
      assertThat(pollAll(Objects.requireNonNull(next)))
          .as(basic(Rule.Q19).when("6 records were added, no pass ended, and then a kill"))
          .isEqualTo(numbers(1, 6));
    }
  }

  @Test
  void q20_whatLeavesByItselfIsCounted() throws IOException {
    checks(Rule.Q20);
    AuditQueue queue = newQueue();
    long before = queue.lost() + queue.evicted();
    int taken = 0;
    for (AuditRecord record : ContractRecords.range(1, MANY)) {
      taken += queue.add(record, NO_LIMIT) ? 1 : 0;
    }
    int polled = pollAll(queue).size();

    assertThat(queue.lost() + queue.evicted() - before)
        .as(basic(Rule.Q20).when("%d records were taken, and %d came out", taken, polled))
        .isEqualTo(taken - polled);
  }

  @Test
  void q21_aNumberStaysAndNoLowerOneIsGiven() throws IOException {
    checks(Rule.Q21);
    needs(isDurable(), Rule.Q21, "isDurable()");
    AuditQueue first = newQueue(QueueRole.MAIN);
    long highest = goesOnAbove(first, 50);
    first.acknowledge(2);
    first.passEnded();
    close(first);
    open = null;

    AuditQueue second = newQueue(QueueRole.MAIN);
    assertThat(second.highestNumber())
        .as(Rule.Q21.when("highestNumber(), after a record with %d and a restart", highest))
        .isGreaterThanOrEqualTo(highest);
    second.numbersAbove(1_000);
    goesOnAbove(second, 1_001);
  }

  /** Adds a record with a number and one without; returns the highest that came out. */
  private long goesOnAbove(AuditQueue queue, long number) throws IOException {
    queue.add(ContractRecords.one(RecordType.TRUSTED_APP, 1).withNumber(number), NO_LIMIT);
    queue.add(ContractRecords.one(RecordType.TRUSTED_APP, 2), NO_LIMIT);
    long own = numberOf(queue.poll());
    long next = numberOf(queue.poll());
    assertThat(own)
        .as(Rule.Q21.when("a record with number %d was added", number))
        .isEqualTo(number);
    if (next != 0) {
      assertThat(next)
          .as(Rule.Q21.when("the number of the record behind it"))
          .isGreaterThan(number);
    }
    assertThat(queue.highestNumber())
        .as(Rule.Q21.when("highestNumber(), after a record with %d came out", Math.max(own, next)))
        .isGreaterThanOrEqualTo(Math.max(own, next));
    return Math.max(own, next);
  }

  private static long numberOf(@Nullable AuditRecord record) {
    if (record == null) {
      throw new AssertionError(Rule.Q4.when("two records were added, and poll returns null"));
    }
    return record.number();
  }

  private boolean addInterrupted(AuditQueue queue, AuditRecord record) {
    boolean added = false;
    Thread.currentThread().interrupt();
    try {
      added = queue.add(record, NO_LIMIT);
    } catch (IOException e) {
      // The medium did not take it, and says so.
    } finally {
      boolean still = Thread.interrupted(); // the flag is this test's, not the thread's
      assertThat(still)
          .as(Rule.Q16.when("the thread's interrupt flag, after add; the caller may wait for it"))
          .isTrue();
    }
    return added;
  }

  /** Polls half of what is there, puts some back, and acknowledges the rest. */
  private static List<Long> pollInterrupted(AuditQueue queue) {
    var polled = new ArrayList<Long>();
    Thread.currentThread().interrupt();
    try {
      for (int i = 0; i < 10; i++) {
        AuditRecord record = queue.poll();
        if (record != null) {
          polled.add(record.serial());
        }
      }
      int back = polled.size() / 2;
      queue.putBack(back);
      polled.subList(polled.size() - back, polled.size()).clear();
      queue.acknowledge(polled.size());
      queue.passEnded();
    } finally {
      Thread.interrupted(); // the flag is this test's, not the thread's
    }
    return polled;
  }

  /** Of 6 records 2 are acknowledged and 2 in flight when the queue is closed. */
  private void leaveBehind() throws IOException {
    AuditQueue queue = newQueue();
    begin(queue);
    close(queue);
    open = null;
  }

  private void begin(AuditQueue queue) throws IOException {
    add(queue, 1, 6);
    for (int i = 0; i < 4; i++) {
      queue.poll();
    }
    queue.acknowledge(2);
    queue.passEnded();
  }
}
