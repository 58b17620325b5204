// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import nl.jqno.equalsverifier.EqualsVerifier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plug-in and the engine tell each other: only what means something can be made. */
class SpiValuesTest {
  private static void assertRefused(ThrowingCallable made, String words) {
    assertThatThrownBy(made)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @SuppressWarnings("NullAway") // what a plug-in without such a check may do
  private static String none() {
    return null;
  }

  @SuppressWarnings("NullAway")
  private static SendError noError() {
    return null;
  }

  @SuppressWarnings("NullAway")
  private static QueueRole noQueue() {
    return null;
  }

  @ParameterizedTest
  @ValueSource(classes = {Routing.class, SendResult.class, FailedSend.class, OpenResult.class})
  void equalsAndHashCodeKeepTheirContract(Class<?> type) {
    EqualsVerifier.forClass(type).verify();
  }

  @Test
  void aResultSaysWhatWasTakenAndWhyNoMore() {
    SendResult all = SendResult.sent(12);
    assertThat(all.taken()).isEqualTo(12);
    assertThat(all.error()).isNull();
    assertThat(all.reason()).isNull();
    assertThat(all).hasToString("12 taken");
    SendResult some = SendResult.failed(3, SendError.EAGAIN, "the buffer is full");
    assertThat(some.taken()).isEqualTo(3);
    assertThat(some.error()).isEqualTo(SendError.EAGAIN);
    assertThat(some.reason()).isEqualTo("the buffer is full");
    assertThat(some).hasToString("3 taken, then EAGAIN: the buffer is full");
  }

  @Test
  void aFailureSaysHowManyRecordsMayHaveArrived() {
    SendResult failed = SendResult.failed(3, SendError.ECONNREFUSED, "no answer");
    assertThat(failed.inDoubt()).isZero();
    assertThat(failed.withInDoubt(4).inDoubt()).isEqualTo(4);
    assertThat(failed.withInDoubt(4).taken()).isEqualTo(3);
    assertThat(failed.withInDoubt(4))
        .hasToString("3 taken, then ECONNREFUSED: no answer (4 in doubt)");
    assertRefused(() -> failed.withInDoubt(-1), "inDoubt is -1");
    assertThatThrownBy(() -> SendResult.sent(3).withInDoubt(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("withInDoubt(1) needs an error: why were they not taken?");
  }

  @Test
  void aResultThatMeansNothingIsRefused() {
    assertRefused(() -> SendResult.sent(0), "sent(0)");
    assertRefused(() -> SendResult.sent(-1), "sent(-1)");
    assertRefused(() -> SendResult.failed(-1, SendError.EIO, "x"), "taken is -1");
    assertThatThrownBy(() -> SendResult.failed(0, noError(), "x"))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("error");
    assertThatThrownBy(() -> SendResult.failed(0, SendError.EIO, none()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("reason");
  }

  @Test
  void aFailureSaysWhetherTheRecordWasTried() {
    FailedSend tried = FailedSend.after(QueueRole.HOLD, SendError.EAGAIN, 3);
    assertThat(tried.tried()).isTrue();
    assertThat(tried.connected()).isTrue();
    assertThat(tried).hasToString("HOLD: EAGAIN, 3 attempts");
    FailedSend untried = FailedSend.untried(QueueRole.MAIN, false);
    assertThat(untried.tried()).isFalse();
    assertThat(untried.error()).isEqualTo(SendError.ECONNREFUSED);
    assertThat(untried.attempts()).isZero();
    assertThat(untried).hasToString("MAIN: not tried, nobody connected");
  }

  @Test
  void aFailureThatTheEngineNeverSeesIsRefused() {
    assertRefused(() -> FailedSend.after(QueueRole.MAIN, SendError.REJECTED, 1), "REJECTED");
    assertRefused(() -> FailedSend.after(QueueRole.MAIN, SendError.EIO, 0), "attempts is 0");
    assertRefused(() -> FailedSend.after(QueueRole.MAIN, SendError.EIO, 1001), "attempts is 1001");
    assertThatThrownBy(() -> FailedSend.untried(noQueue(), true))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("queue");
    assertThatThrownBy(() -> FailedSend.after(QueueRole.MAIN, noError(), 1))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("error");
  }

  @Test
  void aDaemonMayHaveAPortOrNone() {
    assertThat(OpenResult.connected().outcome()).isEqualTo(OpenResult.Outcome.CONNECTED);
    assertThat(OpenResult.connected().peer()).isZero();
    assertThat(OpenResult.connected()).hasToString("connected");
    assertThat(OpenResult.connected(4711).peer()).isEqualTo(4711);
    assertThat(OpenResult.connected(4711)).hasToString("connected (4711)");
    assertThat(OpenResult.listening().outcome()).isEqualTo(OpenResult.Outcome.LISTENING);
    assertThat(OpenResult.listening()).hasToString("listening");
  }

  @Test
  void whatWentWrongHasAReasonAndAPortIsOneOrMore() {
    assertThat(OpenResult.failed("no such host").reason()).isEqualTo("no such host");
    assertThat(OpenResult.failed("no such host")).hasToString("failed: no such host");
    assertThat(OpenResult.connected().reason()).isNull();
    assertRefused(() -> OpenResult.connected(0), "peer is 0");
    assertRefused(() -> OpenResult.connected(-7), "peer is -7");
    assertThatThrownBy(() -> OpenResult.failed(none()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("reason");
  }
}
