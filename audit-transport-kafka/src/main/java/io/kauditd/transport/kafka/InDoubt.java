// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.TransportContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records that a broker may have although it has not acknowledged them, over connections. One that
 * is sent again is told to the engine. Of the kauditd thread.
 *
 * <p>The engine cannot know that by itself: a record that is late is still waited for, and not in
 * doubt, until its connection ends.
 */
final class InDoubt {
  private static final int MOST = 8_192;

  private final Map<RecordKey, Integer> records = new LinkedHashMap<>();
  private int count;
  private @Nullable TransportContext context;

  /** Whom to tell. */
  void tell(TransportContext newContext) {
    context = newContext;
  }

  /** It was sent, and no answer will come. What there is no room for is told of at once. */
  void add(AuditRecord record) {
    if (count == MOST) {
      tell();
      return;
    }
    count++;
    records.merge(RecordKey.of(record), 1, Integer::sum);
  }

  /** It is handed to Kafka's client, which has not had it over this connection. */
  void sends(AuditRecord record) {
    if (count == 0) {
      return;
    }
    RecordKey key = RecordKey.of(record);
    Integer same = records.remove(key);
    if (same != null) {
      count--;
      if (same > 1) {
        records.put(key, same - 1);
      }
      tell();
    }
  }

  private void tell() {
    if (context != null) {
      context.sentAgain(1);
    }
  }
}
