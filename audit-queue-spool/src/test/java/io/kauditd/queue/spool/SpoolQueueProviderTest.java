// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginProvider;
import io.kauditd.spi.QueueRole;
import io.kauditd.testkit.PluginProviderContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolQueueProviderTest extends PluginProviderContract {
  @TempDir Path dir;

  @Override
  protected PluginProvider newProvider() {
    return new SpoolQueueProvider();
  }

  @Override
  protected Map<String, String> someOptions() {
    return Map.of("path", dir.resolve("spool").toString());
  }

  private AuditQueue create(Map<String, String> written) throws IOException {
    var provider = new SpoolQueueProvider();
    return provider.create(QueueRole.HOLD, PluginConfig.of(provider.options(), written));
  }

  @Test
  void makesAQueueWithTheOptionsThatWereWritten() throws IOException {
    Path path = dir.resolve("spool");
    try (AuditQueue queue =
        create(
            Map.of(
                "path",
                path.toString(),
                "max-size",
                "64KiB",
                "segment-size",
                "4KiB",
                "sync",
                "data"))) {
      String text = "x".repeat(30_000);
      assertThat(queue.add(AuditRecord.of(1300, 0, 1, text), 10)).isTrue();
      assertThat(queue.add(AuditRecord.of(1300, 0, 2, text), 10)).isTrue();
      assertThat(queue.add(AuditRecord.of(1300, 0, 3, text), 10)).as("max-size").isFalse();
      assertThat(Spools.segments(path)).hasSize(2);
    }
  }

  @Test
  void saysWhichOptionsDoNotFitTogether() {
    assertThatThrownBy(() ->
            create(
                Map.of(
                    "path",
                    dir.resolve("spool").toString(),
                    "max-size",
                    "64KiB",
                    "segment-size",
                    "32KiB")))
        .isInstanceOf(PluginConfigException.class)
        .hasMessage(
            "option 'segment-size': 32768 bytes are more than a quarter of 'max-size'; choose a"
                + " smaller one");
  }
}
