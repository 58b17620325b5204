// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.function.BiFunction;
import nl.jqno.equalsverifier.EqualsVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings, ledger and status: what they are made with, and what cannot be made. */
class StatusTest {
  private static final Map<String, BiFunction<Ledger.Builder, Long, Ledger.Builder>> LEDGER =
      Map.of(
          "logged", Ledger.Builder::logged,
          "recovered", Ledger.Builder::recovered,
          "delivered", Ledger.Builder::delivered,
          "sentAgain", Ledger.Builder::sentAgain,
          "inMain", Ledger.Builder::inMain,
          "inRetry", Ledger.Builder::inRetry,
          "inHold", Ledger.Builder::inHold,
          "dropped for SHED", (ledger, n) -> ledger.dropped(LostReason.SHED, n));

  private static final Map<String, BiFunction<AuditStatus.Builder, Long, AuditStatus.Builder>>
      STATUS =
          Map.of(
              "daemon", AuditStatus.Builder::daemon,
              "lost", AuditStatus.Builder::lost,
              "backlogWaitTimeActualMs", AuditStatus.Builder::backlogWaitTimeActualMs,
              "passes", AuditStatus.Builder::passes,
              "sendAttempts", AuditStatus.Builder::sendAttempts,
              "failedSends", AuditStatus.Builder::failedSends,
              "printed", AuditStatus.Builder::printed,
              "resets", AuditStatus.Builder::resets,
              "endlessPasses", AuditStatus.Builder::endlessPasses);

  @ParameterizedTest
  @ValueSource(classes = {AuditSettings.class, AuditStatus.class, AuditStatus.HighWater.class})
  void equalsAndHashCodeKeepTheirContract(Class<?> type) {
    EqualsVerifier.forClass(type).verify();
  }

  @Test
  void equalsAndHashCodeOfALedgerKeepTheirContract() {
    EqualsVerifier.forClass(Ledger.class).withIgnoredFields("droppedTotal").verify(); // a sum
  }

  @Test
  void negativeNumbersAreRefusedByName() {
    LEDGER.forEach((name, setter) ->
        assertThatThrownBy(() -> setter.apply(Ledger.builder(), -3L))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(name + " is -3; it must be 0 or more"));
    STATUS.forEach((name, setter) ->
        assertThatThrownBy(() -> setter.apply(AuditStatus.builder(), -3L))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(name + " is -3; it must be 0 or more"));
    assertThatThrownBy(() -> AuditStatus.HighWater.of(0, 0, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hold is -1; it must be 0 or more");
  }

  @Test
  void aLedgerIsAsItWasWhenItWasBuilt() {
    Ledger.Builder builder =
        Ledger.builder().logged(10).recovered(2).delivered(6).inMain(1).inRetry(2).inHold(1);
    Ledger first = builder.dropped(LostReason.SHED, 2).build();
    builder.dropped(LostReason.SHED, 5).delivered(0);

    assertThat(first.droppedTotal()).isEqualTo(2);
    assertThat(first.dropped(LostReason.SHED)).isEqualTo(2);
    assertThat(first.dropped()).containsOnlyKeys(LostReason.values());
    assertThat(first.waiting()).isEqualTo(4);
    assertThat(first.balances()).isTrue();
    assertThat(builder.build().balances()).isFalse();
    assertThatThrownBy(() -> first.dropped().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(first)
        .hasToString(
            "logged=10 recovered=2 delivered=6 sentAgain=0 inMain=1 inRetry=2 inHold=1 dropped=2"
                + " SHED=2");
  }

  @Test
  void aLogThatDoesNothingHasAStatusToo() {
    AuditStatus status = AuditStatus.builder().build();
    assertThat(status.settings()).isEqualTo(AuditSettings.DEFAULTS);
    assertThat(status.ledger().balances()).isTrue();
    assertThat(status.policy()).isEqualTo("none");
    assertThat(status.connected()).isFalse();
    assertThat(status.lastError()).isNull();
  }

  @Test
  void aPartOfAStatusCanBeChangedInACopy() {
    AuditStatus status =
        AuditStatus.builder()
            .connected(true)
            .daemon(4711)
            .ledger(Ledger.builder().logged(3).inMain(3).build())
            .lastError("EAGAIN: full")
            .build();
    assertThat(status.backlog()).isEqualTo(3);
    assertThat(status.toBuilder().build()).isEqualTo(status);
    assertThat(status.toBuilder().lost(1).build()).isNotEqualTo(status);
    assertThat(status.toString()).contains("daemon=4711", "lastError=EAGAIN: full", "inMain=3");
  }

  @Test
  void aPortWithoutADaemonIsRefused() {
    assertThatThrownBy(() -> AuditStatus.builder().daemon(7).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("daemon is 7");
  }

  @Test
  void settingsOutOfRangeAreRefusedByName() {
    AuditSettings settings = AuditSettings.DEFAULTS;
    assertThatThrownBy(() -> settings.withBacklogLimit(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("backlogLimit is -1; it must be between 0 and 2147483646");
    assertThatThrownBy(() -> settings.withBacklogWaitTimeMs(600_001))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("backlogWaitTimeMs is 600001; it must be between 0 and 600000");
    assertThatThrownBy(() -> settings.withRateLimit(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rateLimit is -1; it must be between 0 and 2147483647");
    assertThatThrownBy(() -> settings.withFailureMode(none()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("failureMode");
  }

  @SuppressWarnings("NullAway") // what an application without such a check may do
  private static FailureMode none() {
    return null;
  }
}
