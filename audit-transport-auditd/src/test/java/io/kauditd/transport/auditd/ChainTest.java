// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Ports;
import io.kauditd.fixtures.plugin.ListBatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Both ends of it are ours: an engine that sends, and a collector that is restarted meanwhile. */
class ChainTest {
  private static final int WINDOW = 16;

  private final List<AuditRecord> delivered = new CopyOnWriteArrayList<>();

  @Test
  void nothingIsLostAndWhatComesTwiceIsCounted() throws Exception {
    int port = Ports.free();
    int restarts = 5;
    long each = 400;
    long records = (restarts + 1) * each;
    var log =
        Kauditd.builder()
            .transport(
                "auditd",
                TestPlugins.transport("127.0.0.1:" + port, "window=" + WINDOW, "node=web1"))
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(0))
            .reopenPauses(Duration.ofMillis(5), Duration.ofMillis(50))
            .start();
    try (log) {
      for (int round = 0; round <= restarts; round++) {
        try (var collector = new Collector(port, delivered)) {
          for (long serial = round * each + 1; serial <= (round + 1) * each; serial++) {
            log.log(ListBatch.record(serial));
          }
          long enough = round < restarts ? round * each + each / 2 : records;
          Await.until("it delivers", () -> log.status().ledger().delivered() >= enough);
          assertThat(collector.problems()).isEmpty();
        }
      }
    }
    assertThat(log.status().lost()).isZero();
    assertThat(delivered.stream().map(AuditRecord::serial).distinct().sorted())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, records).boxed().toList());
    assertThat(delivered.getFirst().head()).isEqualTo("node=web1 type=USER_LOGIN");
    long doubles = delivered.size() - records;
    assertThat(doubles).isBetween(0L, (long) restarts * WINDOW);
    assertThat(log.status().ledger().sentAgain()).isGreaterThanOrEqualTo(doubles);
  }
}
