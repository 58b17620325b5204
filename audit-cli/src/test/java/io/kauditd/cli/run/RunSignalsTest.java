// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.cli.run.RunSignals.Request;
import io.kauditd.fixtures.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signals that come faster than they can be answered. */
@Timeout(180)
class RunSignalsTest {
  private static final class Recorder implements RunSignals.Requests {
    final List<String> answered = new CopyOnWriteArrayList<>();

    @Override
    public void reload() {
      answered.add("reload");
      throw new IllegalStateException("a fault of the test");
    }

    @Override
    public void rotate() {
      answered.add("rotate");
    }

    @Override
    public void resume() {
      answered.add("resume");
    }

    @Override
    public void hurry(String signal) {
      answered.add("hurry " + signal);
    }
  }

  @Test
  void manyOfOneKindLeaveRoomForTheOthers() throws Exception {
    var recorder = new Recorder();
    try (var signals = RunSignals.take(new RunEnd(), false)) {
      for (int i = 0; i < 100; i++) {
        signals.ask(Request.ROTATE);
      }
      signals.ask(Request.RESUME);
      signals.answer(recorder);

      Await.until("all is answered", () -> recorder.answered.contains("resume"));
      assertThat(recorder.answered).containsExactly("rotate", "resume");
    }
  }

  @Test
  void oneThatFailsDoesNotKeepTheNextFromItsAnswer() throws Exception {
    var recorder = new Recorder();
    try (var signals = RunSignals.take(new RunEnd(), false)) {
      signals.answer(recorder);
      signals.ask(Request.RELOAD);
      Await.until("it has failed", () -> recorder.answered.contains("reload"));
      signals.ask(Request.ROTATE);

      Await.until("the next is answered", () -> recorder.answered.contains("rotate"));
    }
  }

  /** auditd closes the pipe and sends SIGTERM: either may be seen first. */
  @Test
  void theFirstSignalAfterTheSourceHasEndedIsNoSecondOne() throws Exception {
    var recorder = new Recorder();
    var end = new RunEnd();
    try (var signals = RunSignals.take(end, false)) {
      signals.answer(recorder);
      end.sourceEnded();
      signals.end("SIGTERM", 15);
      assertThat(recorder.answered).isEmpty();

      signals.end("SIGTERM", 15);
      assertThat(recorder.answered).containsExactly("hurry SIGTERM");
    }
  }
}
