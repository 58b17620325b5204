// SPDX-License-Identifier: Apache-2.0
package org.example.shed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.LostReason;
import io.kauditd.api.RecordType;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Plugins;
import io.kauditd.simulation.ScriptedTransport;
import io.kauditd.testkit.LedgerChecker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An outage, pass by pass, in an engine without a thread. */
class ShedPolicyTest {
  private static final int LIMIT = 10;

  private final List<String> delivered = new ArrayList<>();
  private final ScriptedTransport daemon =
      new ScriptedTransport(
          16,
          (record, peer, error) -> {
            if (error == null) {
              delivered.add(record.text());
            }
          });
  private final ShedPolicy policy =
      (ShedPolicy) Plugins.load().newPolicy("shed", Map.of()); // found on the class path
  private final LedgerChecker ledger = new LedgerChecker();
  private final AuditEngine engine =
      Kauditd.builder()
          .transport("scripted", ledger.watch(daemon))
          .policy("shed", policy)
          .settings(AuditSettings.DEFAULTS.withBacklogLimit(LIMIT))
          .passive();
  private long serial;

  private void log(int type, String text) {
    serial++;
    ledger.log(engine, AuditRecord.of(type, serial, serial, text));
    engine.pass();
  }

  @Test
  void keepsLoginsAndDenialsThroughAnOutage() {
    for (int i = 1; i <= 8; i++) {
      log(RecordType.PATH, "path " + i); // five are held, then the queue is half full
    }
    for (int i = 1; i <= 5; i++) {
      log(RecordType.SYSCALL, "call " + i + " success=yes"); // three more are held
    }
    log(RecordType.SYSCALL, "call 6 success=no");
    log(RecordType.USER_LOGIN, "login");
    engine.connect(1);
    engine.pass();

    assertThat(delivered)
        .containsExactly(
            "path 1",
            "path 2",
            "path 3",
            "path 4",
            "path 5",
            "call 1 success=yes",
            "call 2 success=yes",
            "call 3 success=yes",
            "call 6 success=no",
            "login");
    assertThat(policy.shed()).containsExactly(Map.entry("PATH", 3L), Map.entry("SYSCALL", 2L));
    assertThat(engine.status().ledger().dropped(LostReason.SHED)).isEqualTo(5);
    ledger.check(engine.status());
  }

  @Test
  void losesWhatMustBeKeptOnlyToTheLimit() {
    for (int i = 1; i <= LIMIT + 2; i++) {
      log(RecordType.USER_LOGIN, "login " + i);
    }

    assertThat(policy.shed()).isEmpty();
    assertThat(engine.status().ledger().dropped(LostReason.HOLD_OVERFLOW)).isEqualTo(2);
    ledger.check(engine.status());
  }

  @Test
  void shedsNothingWithoutALimit() {
    engine.configure(settings -> settings.withBacklogLimit(0));
    for (int i = 1; i <= 100; i++) {
      log(RecordType.PATH, "path " + i);
    }

    assertThat(policy.shed()).isEmpty();
    assertThat(engine.status().ledger().inHold()).isEqualTo(100);
  }

  @Test
  void saysWhatIsWrongWithAnOption() {
    assertThatThrownBy(() -> Plugins.load().newPolicy("shed", Map.of("keep", "USER_LOGGIN")))
        .hasMessage(
            "policy 'shed': 'USER_LOGGIN' is no record type; write a name such as USER_LOGIN or"
                + " 1112");
    assertThatThrownBy(() -> Plugins.load().newPolicy("shed", Map.of("keep", "PATH")))
        .hasMessageContaining("PATH is among the types to keep and among the chatty ones");
  }
}
