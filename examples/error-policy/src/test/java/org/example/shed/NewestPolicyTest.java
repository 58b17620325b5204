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
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.PluginProvider;
import io.kauditd.spi.SendError;
import io.kauditd.testkit.ErrorPolicyContract;
import io.kauditd.testkit.LedgerChecker;
import io.kauditd.testkit.PluginProviderContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The newest of each class, pass by pass; and the rules P1 to P11 and G1 to G6. */
class NewestPolicyTest {
  private static final int LIMIT = 3;

  private final List<String> delivered = new ArrayList<>();
  private final ScriptedTransport daemon =
      new ScriptedTransport(
          16,
          (record, peer, error) -> {
            if (error == null) {
              delivered.add(record.text());
            }
          });
  private final LedgerChecker ledger = new LedgerChecker();
  private final AuditEngine engine =
      Kauditd.builder()
          .transport("scripted", ledger.watch(daemon))
          .policy("newest", Plugins.load().newPolicy("newest", Map.of()))
          .settings(AuditSettings.DEFAULTS.withBacklogLimit(LIMIT))
          .passive();
  private long serial;

  private void log(int type, String text) {
    serial++;
    ledger.log(engine, AuditRecord.of(type, serial, serial, text));
    engine.pass();
  }

  @Test
  void keepsTheNewestOfEachClassThroughAnOutage() {
    for (int i = 1; i <= 4; i++) {
      log(RecordType.USER_LOGIN, "login " + i);
    }
    for (int i = 1; i <= 100; i++) {
      log(RecordType.PATH, "path " + i);
    }
    log(RecordType.SYSCALL, "call success=no");
    engine.connect(1);
    engine.pass();

    assertThat(delivered)
        .containsExactly("login 3", "login 4", "call success=no", "path 98", "path 99", "path 100");
    assertThat(engine.status().ledger().dropped(LostReason.EVICTED)).isEqualTo(2 + 97);
    assertThat(engine.status().ledger().droppedTotal()).isEqualTo(2 + 97);
    ledger.check(engine.status());
  }

  @Test
  void keepsTheOrderWithinAClassWhileADaemonStalls() {
    engine.connect(1);
    daemon.results(SendError.EAGAIN);
    log(RecordType.USER_LOGIN, "login 1");
    log(RecordType.PATH, "path 1");
    log(RecordType.USER_LOGIN, "login 2");
    daemon.results();
    log(RecordType.PATH, "path 2");

    assertThat(delivered).containsExactly("login 1", "login 2", "path 1", "path 2");
    assertThat(engine.status().ledger().droppedTotal()).isZero();
    ledger.check(engine.status());
  }

  @Test
  void saysWhatIsWrongWithAnOption() {
    assertThatThrownBy(() -> Plugins.load().newPolicy("newest", Map.of("matter", "USER_LOGGIN")))
        .hasMessage(
            "policy 'newest': 'USER_LOGGIN' is no record type; write a name such as USER_LOGIN or"
                + " 1112");
  }

  @Nested
  class Contract extends ErrorPolicyContract {
    @Override
    protected ErrorPolicy newPolicy() {
      return new NewestPolicy(Priorities.of("USER_LOGIN", ""));
    }
  }

  @Nested
  class Provider extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new NewestPolicyProvider();
    }
  }
}
