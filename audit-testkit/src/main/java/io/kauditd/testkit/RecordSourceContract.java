// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The rules S1 to S10 of {@code docs/reference/spi-rules.md}. Extend it, and say how a source is
 * made that reads a given number of records. If a method is not overridden, the tests that need it
 * are skipped.
 *
 * @since 0.1.0
 */
public abstract class RecordSourceContract extends Contract {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  private static final int MANY = 1_000;

  /** How long it is watched whether a source that was closed hands over records all the same. */
  private static final Duration WATCHED = Duration.ofMillis(200);

  private @Nullable RunningSource running;

  /** For subclasses. */
  protected RecordSourceContract() {}

  /**
   * Makes a source that reads this many records when it runs; {@link #expectedText} says which.
   * After them it ends if {@link #endsByItself}, and otherwise waits for more.
   *
   * @throws Exception fails the test
   */
  protected abstract RecordSource newSource(int records) throws Exception;

  /** The text of the record with that number, from 1, that a source of {@link #newSource} reads. */
  protected abstract String expectedText(int number);

  /** Whether the sources of {@link #newSource} end by themselves; if not, S3 is not checked. */
  protected boolean endsByItself() {
    return true;
  }

  /**
   * A source that never ends by itself, because it waits for more or because there is always more.
   * It has at least one record to read. The tests close it. Null if there is no such source.
   *
   * @throws Exception fails the test
   */
  protected @Nullable RecordSource newEndlessSource() throws Exception {
    return endsByItself() ? null : newSource(1);
  }

  /**
   * A source that reads something that is no record, such as a line that is too long, and then one
   * record, with the text {@link #expectedText expectedText(1)}. Null if there is no such source;
   * S7 is then not checked.
   *
   * @throws Exception fails the test
   */
  protected @Nullable RecordSource newSourceWithBadInput() throws Exception {
    return null;
  }

  /**
   * A source that cannot be opened.
   *
   * @since 0.1.0
   */
  public static final class Unopenable {
    private final RecordSource source;
    private final String name;

    private Unopenable(RecordSource source, String name) {
      this.source = Objects.requireNonNull(source, "source");
      this.name = Objects.requireNonNull(name, "name");
    }

    /**
     * For {@link RecordSourceContract#newUnopenableSource}.
     *
     * @param source run throws
     * @param name what the message must contain, such as the path of the file
     */
    public static Unopenable of(RecordSource source, String name) {
      return new Unopenable(source, name);
    }

    /** Its run throws. */
    public RecordSource source() {
      return source;
    }

    /** What the message must contain. */
    public String name() {
      return name;
    }
  }

  /**
   * A source that cannot be opened, for example of a file that does not exist. Null if there is no
   * such source; S8 is then not checked.
   *
   * @throws Exception fails the test
   */
  protected @Nullable Unopenable newUnopenableSource() throws Exception {
    return null;
  }

  /** Whether a record belongs to the test. A source may read others in between. */
  protected boolean isOwn(AuditRecord record) {
    return true;
  }

  @AfterEach
  final void closeRunning() {
    if (running != null) {
      running.close(patience());
    }
  }

  private RunningSource start(Rule rule, RecordSource source, int refusedRecords) {
    return start(rule, source, refusedRecords, new CountDownLatch(0));
  }

  private RunningSource start(
      Rule rule, RecordSource source, int refusedRecords, CountDownLatch hold) {
    var started = new RunningSource(source, rule, this::isOwn, refusedRecords, hold);
    running = started;
    started.start();
    return started;
  }

  private List<String> expectedTexts(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(this::expectedText).toList();
  }

  @Test
  void s1_creatingItStartsNoThread() throws Exception {
    checks(Rule.S1);
    try (var owner = new OwnerThread("source of the contract")) {
      RecordSource source = owner.call(patience(), Rule.S1.when("creating it"), () -> newSource(1));
      assertThat(owner.threadsLeft(Duration.ZERO))
          .as(Rule.S1.when("threads that run although run was not called yet"))
          .isEmpty();
      source.close();
    }
  }

  @Test
  void s2_everyRecordIsHandedOverOnceInOrder() throws Exception {
    checks(Rule.S2);
    RunningSource started = start(Rule.S2, newSource(MANY), 0);
    started.awaitRecords(MANY, deadline());
    started.closeAndJoin(deadline(), patience());

    String wrong = FailureText.difference(expectedTexts(MANY), started.texts());
    if (wrong != null) {
      throw new AssertionError(Rule.S2.when("%d records were there to be read: %s", MANY, wrong));
    }
  }

  @Test
  void s3_runReturnsAtTheEnd() throws Exception {
    checks(Rule.S3);
    needs(endsByItself(), Rule.S3, "endsByItself()");
    RunningSource started = start(Rule.S3, newSource(3), 0);
    started.join(deadline(), Rule.S3.when("run, with 3 records to read"));

    assertThat(started.texts())
        .as(blame(Rule.S3, Rule.S2).when("records read"))
        .isEqualTo(expectedTexts(3));
  }

  @Test
  void s4_closeEndsRunWithinASecond() throws Exception {
    checks(Rule.S4);
    RunningSource started = start(Rule.S4, endless(Rule.S4), 0);
    started.awaitRecords(1, deadline());
    started.closeAndJoin(CLOSE_LIMIT.plus(patience()), patience());
  }

  @Test
  void s4_closeDoesNotWaitForTheSink() throws Exception {
    checks(Rule.S4);
    var hold = new CountDownLatch(1);
    RunningSource started = start(Rule.S4, endless(Rule.S4), 0, hold);
    try {
      started.awaitRecord(deadline());
      started.close(patience());
    } finally {
      hold.countDown();
    }
    started.join(
        CLOSE_LIMIT.plus(patience()), Rule.S4.when("run, after the sink took a record at last,"));
  }

  private RecordSource endless(Rule rule) throws Exception {
    return needed(newEndlessSource(), rule, "newEndlessSource()");
  }

  @Test
  void s5_closeMayComeBeforeRun() throws Exception {
    checks(Rule.S5);
    RecordSource source = newAnySource();
    source.close();
    RunningSource started = start(Rule.S5, source, 0);
    Duration limit = deviatesFrom(Rule.S4) ? deadline() : CLOSE_LIMIT;
    started.join(limit.plus(patience()), Rule.S5.when("run, after close"));
  }

  private RecordSource newAnySource() throws Exception {
    RecordSource endless = newEndlessSource();
    return endless != null ? endless : newEndingSource();
  }

  private RecordSource newEndingSource() {
    try {
      return newSource(1);
    } catch (Exception e) {
      throw new AssertionError("newSource failed", e);
    }
  }

  @Test
  void s5_closeMayComeMoreThanOnce() throws Exception {
    checks(Rule.S5);
    RecordSource source = newSource(3);
    RunningSource started = start(Rule.S5, source, 0);
    started.awaitRecords(3, deadline());
    for (int i = 0; i < 3; i++) {
      started.closeAndJoin(deadline(), patience());
    }
  }

  @Test
  void s6_aRefusedRecordDoesNotEndTheSource() throws Exception {
    checks(Rule.S6);
    RunningSource started = start(Rule.S6, newSource(10), 5);
    started.awaitRecords(10, deadline());
    started.closeAndJoin(deadline(), patience());

    assertThat(started.texts())
        .as(blame(Rule.S6, Rule.S2).when("records offered, of which the first 5 were refused"))
        .isEqualTo(expectedTexts(10));
  }

  @Test
  void s7_whatIsNoRecordIsReported() throws Exception {
    checks(Rule.S7);
    RecordSource source = needed(newSourceWithBadInput(), Rule.S7, "newSourceWithBadInput()");
    RunningSource started = start(Rule.S7, source, 0);
    started.awaitRecords(1, deadline());
    started.closeAndJoin(deadline(), patience());

    assertThat(started.problems())
        .as(Rule.S7.when("problems that RecordSink.problem was told of"))
        .isNotEmpty();
    assertThat(started.texts())
        .as(blame(Rule.S7, Rule.S2).when("records behind what is no record"))
        .contains(expectedText(1));
  }

  @Test
  void s8_aSourceThatCannotBeOpenedSaysWhich() throws Exception {
    checks(Rule.S8);
    Unopenable unopenable = needed(newUnopenableSource(), Rule.S8, "newUnopenableSource()");

    assertThat(catchThrowable(() -> unopenable.source().run(new RunningSource.Nowhere())))
        .as(Rule.S8.when("run"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(unopenable.name());
    unopenable.source().close();
  }

  @Test
  void s9_nothingComesAfterRunHasReturned() throws Exception {
    checks(Rule.S9);
    RunningSource started = start(Rule.S9, newAnySource(), 0);
    started.awaitRecords(1, deadline());
    started.closeAndJoin(deadline(), patience());

    assertThat(started.threadsLeft(patience()))
        .as(Rule.S9.when("threads that still run after run has returned"))
        .isEmpty();
    assertThat(started.lateRecords(WATCHED))
        .as(Rule.S9.when("records handed over after run had returned"))
        .isZero();
  }

  @Test
  void s10_endpointsAreKnownBeforeItRuns() throws Exception {
    checks(Rule.S10);
    try (RecordSource source = newSource(1)) {
      checkEndpoints(Rule.S10, source::endpoints);
    }
  }
}
