// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The records that a daemon may have although it has not acknowledged them, kept over connections
 * by a transport that waits for acknowledgements beyond one call of {@link Transport#send}. One
 * that it writes again is told to the engine, as {@link TransportContext#sentAgain}.
 *
 * <pre>{@code
 * open(context):  inDoubt.tell(context)
 * reset():        unacknowledged.forEach(inDoubt::add)
 * send(batch):    … inDoubt.writes(record), for each record that is written
 * }</pre>
 *
 * <p>A transport that settles everything within one call needs none of it: {@link
 * SendResult#withInDoubt}.
 *
 * <p>It keeps 8,192 records at most. What there is no room for is told of at once, so the count is
 * never too low. Of one thread, the one that calls the transport.
 *
 * @since 0.1.0
 */
public final class RecordsInDoubt {
  private static final int MOST = 8_192;

  private final Map<Key, Integer> records = new HashMap<>();
  private int count;
  private @Nullable TransportContext context;

  /** A record and its number: records that say the same are told apart by it, if they have one. */
  private record Key(AuditRecord record, long number) {}

  private RecordsInDoubt() {}

  /** None yet. */
  public static RecordsInDoubt none() {
    return new RecordsInDoubt();
  }

  /** Says whom to tell; before the first record is written. */
  public void tell(TransportContext newContext) {
    context = Objects.requireNonNull(newContext, "context");
  }

  /** It was written, and no acknowledgement will come. */
  public void add(AuditRecord record) {
    if (count == MOST) {
      tell();
      return;
    }
    count++;
    records.merge(new Key(record, record.number()), 1, Integer::sum);
  }

  /** It is written now. If it is in doubt, it is sent again, and no longer in doubt. */
  public void writes(AuditRecord record) {
    if (count == 0) {
      return;
    }
    var key = new Key(record, record.number());
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
