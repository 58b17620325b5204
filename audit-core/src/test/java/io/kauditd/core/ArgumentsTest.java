// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.EventLog;
import io.kauditd.api.ProducerContext;
import io.kauditd.spi.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with an argument is said to the caller, and changes nothing. */
@NullUnmarked // null is what this is about
class ArgumentsTest {
  private static final AuditRecord RECORD = AuditRecord.of(1112, 1, 1, "x");
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
  private static final Duration LONG_AGO = Duration.ofSeconds(Long.MIN_VALUE);

  private final MemoryTransport transport = new MemoryTransport(100);
  private final AuditEngine engine = Kauditd.builder().transport("memory", transport).passive();

  /** A call, made on an engine, and the argument that is wrong. */
  interface Call {
    void on(AuditEngine engine) throws Exception;
  }

  static Stream<Arguments> nulls() {
    return Stream.of(
        nullOf("record", e -> e.log(null)),
        nullOf("record", e -> e.log(null, ProducerContext.DAEMON)),
        nullOf("context", e -> e.log(RECORD, null)),
        nullOf("text", e -> e.log(1112, null)),
        nullOf("text", e -> e.event().log(1112, null)),
        nullOf("change", e -> e.configure(null)),
        nullOf("the change returned null", e -> e.configure(settings -> null)),
        nullOf("listener", e -> e.addListener(null)),
        nullOf("listener", e -> e.removeListener(null)),
        nullOf("deadline", e -> e.close(null)));
  }

  private static Arguments nullOf(String name, Call call) {
    return Arguments.of(name, call);
  }

  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("nulls")
  void nullIsNamedAndNothingElseHappens(String name, Call call) {
    engine.log(RECORD);

    assertThatThrownBy(() -> call.on(engine))
        .isInstanceOf(NullPointerException.class)
        .hasMessage(name);

    assertNothingHappened();
  }

  private void assertNothingHappened() {
    assertThat(engine.log(1112, "after")).isTrue();
    engine.pass();
    AuditStatus status = engine.status();
    assertThat(status.ledger().logged()).isEqualTo(2);
    assertThat(status.ledger().delivered()).isEqualTo(2);
    assertThat(status.ledger().balances()).isTrue();
    assertThat(status.lost()).isZero();
  }

  @Test
  void aNegativeTypeUsesUpNoSerial() {
    engine.log(1112, "first");

    assertThatThrownBy(() -> engine.log(-1, "bad"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> engine.log(1112, null)).isInstanceOf(NullPointerException.class);
    EventLog event = engine.event();
    assertThatThrownBy(() -> event.log(-1, "bad")).isInstanceOf(IllegalArgumentException.class);
    engine.log(1112, "second");

    engine.pass();
    assertThat(transport.records()).extracting(AuditRecord::serial).containsExactly(1L, 3L);
    assertThat(engine.status().ledger().logged()).isEqualTo(2);
  }

  static List<Duration> negativeDurations() {
    return List.of(Duration.ofNanos(-1), Duration.ofDays(-1), LONG_AGO);
  }

  @ParameterizedTest
  @MethodSource("negativeDurations")
  void aNegativeDeadlineIsRefusedBeforeAnythingIsClosed(Duration deadline) {
    engine.log(RECORD);

    assertThatThrownBy(() -> engine.close(deadline))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deadline is " + Durations.inWords(deadline))
        .hasMessageContaining("0 or longer");

    assertNothingHappened();
    Kauditd audit = Kauditd.builder().transport("memory", new MemoryTransport(10)).start();
    assertThatThrownBy(() -> audit.close(deadline)).isInstanceOf(IllegalArgumentException.class);
    assertThat(audit.log(RECORD)).isTrue();
    assertThat(audit.close(Duration.ofSeconds(10)).ledger().delivered()).isEqualTo(1);
  }

  static List<Duration> longDurations() {
    return List.of(
        Duration.ofNanos(Long.MAX_VALUE),
        Duration.ofNanos(Long.MAX_VALUE).plusNanos(1),
        Duration.ofSeconds(Long.MAX_VALUE),
        ENDLESS);
  }

  @ParameterizedTest
  @MethodSource("longDurations")
  void aDeadlineBeyondAllBoundsIsAsGoodAsNone(Duration deadline) {
    engine.log(RECORD);
    assertThat(engine.close(deadline).ledger().delivered()).isEqualTo(1);

    Kauditd audit = Kauditd.builder().transport("memory", new MemoryTransport(10)).start();
    audit.log(RECORD);
    AuditStatus status = audit.close(deadline);
    assertThat(status.ledger().delivered()).isEqualTo(1);
    assertThat(status.closed()).isTrue();
  }

  static Stream<Duration> badPauses() {
    return Stream.concat(
        Stream.of(Duration.ZERO, Duration.ofDays(366)),
        Stream.concat(negativeDurations().stream(), longDurations().stream()));
  }

  @ParameterizedTest
  @MethodSource("badPauses")
  void aPauseOutOfRangeIsNamedWithItsRange(Duration bad) {
    KauditdBuilder builder = Kauditd.builder();
    Duration good = Duration.ofSeconds(1);

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> builder.reopenPauses(bad, good),
            () -> builder.reopenPauses(good, bad),
            () -> builder.retryPauses(bad, good),
            () -> builder.retryPauses(good, bad))) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Pauses: ")
          .hasMessageContaining(" is " + Durations.inWords(bad))
          .hasMessageContaining("between 1 ns and 365 days");
    }
    if (!bad.isZero()) {
      assertThatThrownBy(() -> builder.rest(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rest is " + Durations.inWords(bad))
          .hasMessageContaining("between 0 and 365 days");
    }
  }

  @Test
  void thePausesDoNotShrink() {
    assertThatThrownBy(
            () -> Kauditd.builder().retryPauses(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 s")
        .hasMessageContaining("2 s");
  }

  static Stream<Arguments> builderNulls() {
    Duration good = Duration.ofSeconds(1);
    return Stream.of(
        ofBuilder("id", b -> b.transport(null, new MemoryTransport(1))),
        ofBuilder("newTransport", b -> b.transport("t", null)),
        ofBuilder("id", b -> b.policy(null, KernelPolicy.RFC)),
        ofBuilder("newPolicy", b -> b.policy("p", null)),
        ofBuilder("queue", b -> b.mainQueue(null)),
        ofBuilder("queue", b -> b.retryQueue(null)),
        ofBuilder("queue", b -> b.holdQueue(null)),
        ofBuilder("newSettings", b -> b.settings(null)),
        ofBuilder("handler", b -> b.panicHandler(null)),
        ofBuilder("newPrintk", b -> b.printk(null)),
        ofBuilder("wait", b -> b.backlogWait(null)),
        ofBuilder("newClock", b -> b.clock(null)),
        ofBuilder("first", b -> b.reopenPauses(null, good)),
        ofBuilder("longest", b -> b.reopenPauses(good, null)),
        ofBuilder("first", b -> b.retryPauses(null, good)),
        ofBuilder("longest", b -> b.retryPauses(good, null)),
        ofBuilder("longest", b -> b.rest(null)));
  }

  interface Build {
    void on(KauditdBuilder builder);
  }

  private static Arguments ofBuilder(String name, Build call) {
    return Arguments.of(name, call);
  }

  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("builderNulls")
  void theBuilderNamesWhatIsNull(String name, Build call) {
    KauditdBuilder builder = Kauditd.builder().transport("memory", transport);

    assertThatThrownBy(() -> call.on(builder))
        .isInstanceOf(NullPointerException.class)
        .hasMessage(name);

    AuditEngine built = Objects.requireNonNull(builder.passive()); // with what it had before
    built.log(RECORD);
    assertThat(built.close(Duration.ZERO).ledger().balances()).isTrue();
  }
}
