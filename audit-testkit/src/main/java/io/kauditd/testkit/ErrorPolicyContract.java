// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.Routing;
import io.kauditd.spi.Routing.Target;
import io.kauditd.spi.SendError;
import io.kauditd.testkit.PolicyQuestions.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The rules P1 to P11 of {@code docs/reference/spi-rules.md}. Extend it, and say how the policy is
 * made. The tests ask each question that an engine can ask. They also run the policy in an engine
 * with small queues and a daemon that fails in many ways. A failed test prints the seed of its
 * walk.
 *
 * @since 0.1.0
 */
public abstract class ErrorPolicyContract extends Contract {
  /** The engine ends a row of 1,000 attempts by itself. */
  private static final int MOST_ATTEMPTS = 1_000;

  private static final int WALKS = 300;

  /**
   * The walks are the same in every build, so that a policy does not pass today and fail tomorrow.
   */
  private static final long FIRST_SEED = 20_220_160;

  private final TimedPolicy.Times times = new TimedPolicy.Times();

  /** For subclasses. */
  protected ErrorPolicyContract() {}

  /** Makes a policy. */
  protected abstract ErrorPolicy newPolicy();

  /** Whether the policy promises to keep the order of records. If so, P9 is checked, too. */
  protected boolean keepsOrder() {
    return false;
  }

  /** A policy whose answers count towards the time that those of a test may take together. */
  private ErrorPolicy timedPolicy() {
    return new TimedPolicy(newPolicy(), times);
  }

  @Override
  final @Nullable String overdue() {
    return times.overdue(patience());
  }

  private static List<Question> questions() {
    var all = new ArrayList<>(PolicyQuestions.untried());
    for (int attempts : new int[] {1, 2, 3, 4, 5, 6, 10, MOST_ATTEMPTS}) {
      all.addAll(PolicyQuestions.tried(attempts));
    }
    return all;
  }

  @SuppressWarnings("NullAway") // plug-in code may return null
  private static Routing ask(ErrorPolicy policy, Question question) {
    Routing routing;
    try {
      routing = policy.route(question.record(), question.failure(), question.view());
    } catch (RuntimeException e) {
      throw new AssertionError(Rule.P1.when("route threw %s, asked about %s", e, question), e);
    } finally {
      question.view().end();
    }
    assertThat(routing).as(Rule.P1.when("route was asked about %s", question)).isNotNull();
    return routing;
  }

  @Test
  void p1_thereIsAnAnswerToEveryQuestion() {
    checks(Rule.P1);
    ErrorPolicy policy = timedPolicy();
    for (Question question : questions()) {
      ask(policy, question);
      try {
        policy.routeRest(question.failure());
      } catch (RuntimeException e) {
        throw new AssertionError(
            Rule.P1.when("routeRest threw %s, asked about %s", e, question.failure()), e);
      }
    }
  }

  @Test
  void p1_thereIsAnAnswerInEveryWalk() {
    checks(Rule.P1);
    walk(PolicyWalk.Looking.AT_ANSWERS);
  }

  @Test
  void p2_attemptsComeToAnEnd() {
    checks(Rule.P2);
    ErrorPolicy policy = timedPolicy();
    for (Question question : PolicyQuestions.tried(MOST_ATTEMPTS - 1)) {
      assertThat(ask(policy, question).target())
          .as(
              Rule.P2.when(
                  "%d attempts have failed, and the engine would end the row: %s",
                  MOST_ATTEMPTS - 1, question))
          .isNotEqualTo(Target.SEND_AGAIN);
    }
  }

  @Test
  void p2_aRowOfAttemptsComesToAnEnd() {
    checks(Rule.P2);
    ErrorPolicy policy = timedPolicy();
    for (Question first : PolicyQuestions.eachError()) {
      int attempts = 1;
      while (ask(policy, first.after(attempts)).target() == Target.SEND_AGAIN) {
        assertThat(++attempts)
            .as(Rule.P2.when("attempts in a row, as quick as they fail: %s", first))
            .isLessThan(MOST_ATTEMPTS);
      }
    }
  }

  @Test
  void p3_whatWasNotTriedIsNotSentAgain() {
    checks(Rule.P3);
    ErrorPolicy policy = timedPolicy();
    for (Question question : PolicyQuestions.untried()) {
      assertThat(ask(policy, question).target())
          .as(Rule.P3.when("%s", question))
          .isNotEqualTo(Target.SEND_AGAIN);
    }
  }

  @Test
  void p3_whatCannotSucceedIsNotSentAgain() {
    checks(Rule.P3);
    ErrorPolicy policy = timedPolicy();
    for (Question question : PolicyQuestions.tried(1)) {
      SendError error = question.failure().error();
      if (!error.isTransient()) {
        assertThat(ask(policy, question).target())
            .as(Rule.P3.when("%s is not transient: %s", error, question))
            .isNotEqualTo(Target.SEND_AGAIN);
      }
    }
  }

  @Test
  void p4_routeRestSaysWhatRouteWouldSay() {
    checks(Rule.P4);
    ErrorPolicy policy = timedPolicy();
    for (Question question : PolicyQuestions.untried()) {
      FailedSend failure = question.failure();
      Routing rest = policy.routeRest(failure);
      if (rest != null) {
        assertThat(rest)
            .as(Rule.P4.when("routeRest, compared with route for %s", question))
            .isEqualTo(ask(policy, question));
      }
    }
  }

  @Test
  void p5_everyPassEnds() {
    checks(Rule.P5);
    walk(PolicyWalk.Looking.AT_ENDS);
  }

  @Test
  void p5_aRecordIsNotPutInFrontOfTheWalkForEver() {
    checks(Rule.P5);
    ErrorPolicy policy = timedPolicy();
    for (Question first : PolicyQuestions.eachError()) {
      // After such an answer the walk sends no more, and asks about the same record again.
      Question question = first;
      int answers = 0;
      while (ask(policy, question).target() == Target.REQUEUE_FIRST) {
        assertThat(++answers)
            .as(
                Rule.P5.when(
                    "route answers requeueFirst to the same record, for as long as it is asked;"
                        + " keepPlace leaves it where it is and ends the walk: %s",
                    first))
            .isLessThan(MOST_ATTEMPTS);
        question = first.untried();
      }
    }
  }

  @Test
  void p6_queuesStayWithinTheLimit() {
    checks(Rule.P6);
    walk(PolicyWalk.Looking.AT_BOUNDS);
  }

  @Test
  void p7_theViewIsNotKept() {
    checks(Rule.P7);
    ErrorPolicy policy = timedPolicy();
    List<Question> questions = questions();
    for (Question question : questions) {
      ask(policy, question);
    }
    for (Question question : questions) {
      assertThat(question.view().wasUsedLate())
          .as(Rule.P7.when("the view was used after route had answered %s", question))
          .isFalse();
    }
  }

  @Test
  void p8_walksOnceAndStopsPassAlwaysSayTheSame() {
    checks(Rule.P8);
    ErrorPolicy policy = timedPolicy();
    boolean walksOnce = policy.walksOnce();
    boolean stopsPass = policy.stopsPass();
    for (Question question : questions()) {
      ask(policy, question);
      assertThat(policy.walksOnce())
          .as(Rule.P8.when("walksOnce(), after %s", question))
          .isEqualTo(walksOnce);
      assertThat(policy.stopsPass())
          .as(Rule.P8.when("stopsPass(), after %s", question))
          .isEqualTo(stopsPass);
    }
  }

  @Test
  void p9_orderIsKeptIfItIsPromised() {
    checks(Rule.P9);
    needs(keepsOrder(), Rule.P9, "keepsOrder()");
    walk(PolicyWalk.Looking.AT_ORDER);
  }

  @Test
  void p10_answersComeAtOnce() {
    checks(Rule.P10);
    ErrorPolicy policy = timedPolicy();
    List<Question> questions = questions();
    for (Question question : questions) {
      ask(policy, question);
    }
    String overdue = overdue();
    if (overdue != null) {
      throw new AssertionError(overdue);
    }
  }

  @Test
  void p11_keepsOrderIsTrueOnlyWhereTheOrderIsKept() {
    checks(Rule.P11);
    ErrorPolicy policy = timedPolicy();
    boolean keeps = policy.keepsOrder();
    for (Question question : questions()) {
      ask(policy, question);
      assertThat(policy.keepsOrder())
          .as(Rule.P11.when("keepsOrder(), after %s", question))
          .isEqualTo(keeps);
    }
    if (keeps) {
      try {
        walk(PolicyWalk.Looking.AT_ORDER);
      } catch (AssertionError e) {
        throw new AssertionError(Rule.P11.when("it is true, and: %s", e.getMessage()), e);
      }
    }
  }

  private void walk(PolicyWalk.Looking looking) {
    var seeds = new Random(FIRST_SEED);
    for (int i = 0; i < WALKS; i++) {
      new PolicyWalk(timedPolicy(), seeds.nextLong()).run(looking);
    }
  }
}
