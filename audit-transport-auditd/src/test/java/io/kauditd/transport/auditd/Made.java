// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mockito.Mockito;

/** Transports and sources as a user's settings make them, and batches for them. */
final class Made {
  private Made() {}

  static Transport transport(String server, String... settings) {
    var provider = new AuditdTransportProvider();
    return provider.create(
        PluginConfig.of(provider.options(), written("server", server, settings)));
  }

  static RecordSource source(String listen, String... settings) {
    var provider = new AuditdSourceProvider();
    return provider.create(
        PluginConfig.of(provider.options(), written("listen", listen, settings)));
  }

  private static Map<String, String> written(String key, String value, String... settings) {
    var written = new HashMap<>(Map.of(key, value));
    for (String each : settings) {
      written.put(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    return written;
  }

  /** Nothing is asked of the engine. */
  static TransportContext context() {
    return Mockito.mock(TransportContext.class);
  }

  static AuditRecord record(long serial) {
    return AuditRecord.of(1112, 1642555588000L + serial, serial, "seq=" + serial + " res=success");
  }

  static RecordBatch batch(AuditRecord... records) {
    var rest = List.of(records).iterator();
    return new RecordBatch() {
      @Override
      public @Nullable AuditRecord next() {
        return rest.hasNext() ? rest.next() : null;
      }

      @Override
      public long peer() {
        return 0;
      }
    };
  }
}
