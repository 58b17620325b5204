// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Ports;
import io.kauditd.fixtures.plugin.ListBatch;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real audisp-remote sends to the source; skipped where there is none, or no root. */
class AudispRemoteTest {
  private final List<AuditRecord> delivered = new CopyOnWriteArrayList<>();

  @TempDir Path directory;

  private List<Long> serials() {
    return delivered.stream().map(AuditRecord::serial).toList();
  }

  /** The collector is ended in order and started again, and stalls, while records come. */
  @Test
  void nothingIsLostWhenTheCollectorIsRestarted() throws Exception {
    int port = Ports.free();
    long each = 200;
    try (var first = new Collector(port, delivered);
        var host = new AudispRemote(directory, port)) {
      for (long serial = 1; serial <= each; serial++) {
        host.event(ListBatch.record(serial).withHead("node=web1 type=USER_LOGIN"));
      }
      Await.until("it delivers", () -> delivered.size() >= each / 2);
      first.close();
      for (long serial = each + 1; serial <= 2 * each; serial++) {
        host.event(ListBatch.record(serial));
      }
      try (var second = new Collector(port, delivered)) {
        second.stall(true);
        host.event(ListBatch.record(2 * each + 1));
        Await.until("it gets records", () -> second.log().status().ledger().logged() > 0);
        second.stall(false);
        for (long serial = 2 * each + 2; serial <= 3 * each; serial++) {
          host.event(ListBatch.record(serial));
        }
        host.endOfEvents();
        Await.until("the last one", () -> serials().contains(3 * each));
        assertThat(second.problems()).isEmpty();
      }
      assertThat(first.problems()).isEmpty();
    }
    assertThat(serials().stream().distinct())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 3 * each).boxed().toList());
    assertThat(delivered.getFirst())
        .isEqualTo(ListBatch.record(1).withHead("node=web1 type=USER_LOGIN"));
    assertThat(delivered.getLast().head()).isEqualTo("node=127.0.0.1 type=USER_LOGIN");
    // audisp-remote has one record under way: one for each restart can come twice
    assertThat(delivered.size() - 3 * each).isBetween(0L, 2L);
  }
}
