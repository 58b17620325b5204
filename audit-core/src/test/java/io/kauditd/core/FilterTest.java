// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Records that the log does not take are counted apart, and are no loss. */
class FilterTest {
  @Test
  @SuppressWarnings("NullAway") // what a caller does that does not look
  void countsWhatItDoesNotTake() {
    Kauditd audit =
        Kauditd.builder()
            .transport("memory", new MemoryTransport(10))
            .filter(record -> record.type() != 1300)
            .start();

    assertThat(audit.log(1300, "not wanted")).isFalse();
    assertThat(audit.log(1112, "wanted")).isTrue();
    assertThat(audit.event().log(1300, "not wanted")).isFalse();
    assertThatThrownBy(() -> audit.log((AuditRecord) null))
        .isInstanceOf(NullPointerException.class);
    AuditStatus end = audit.close(Duration.ofSeconds(10));

    assertThat(end.ledger().dropped(LostReason.FILTERED)).isEqualTo(2);
    assertThat(end.ledger().logged()).isEqualTo(3);
    assertThat(end.ledger().delivered()).isEqualTo(1);
    assertThat(end.ledger().balances()).isTrue();
    assertThat(end.lost()).isZero();
  }

  @Test
  void takesARecordWhoseFilterThrows() {
    Kauditd audit =
        Kauditd.builder()
            .transport("memory", new MemoryTransport(10))
            .filter(record -> {
              throw new IllegalStateException("a fault of the filter");
            })
            .start();

    assertThat(audit.log(1112, "wanted")).isTrue();
    assertThat(audit.close(Duration.ofSeconds(10)).ledger().delivered()).isEqualTo(1);
  }
}
