// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the records that a daemon may have although it has not acknowledged them. It is for a
 * transport that waits for acknowledgements longer than one call of {@link Transport#send}, and
 * keeps them across connections. When such a record is written again, this class reports it as
 * {@link TransportContext#sentAgain}.
 *
 * <pre>{@code
 * open(context):  inDoubt.tell(context)
 * reset():        unacknowledged.forEach(inDoubt::add)
 * send(batch):    … inDoubt.writes(record), for each record that is written
 * }</pre>
 *
 * <p>A transport that settles everything within one call does not need it: {@link
 * SendResult#withInDoubt}.
 *
 * <p>It keeps at most 8,192 records. If there is no room for another, it is reported at once, so
 * the count is never too low. Use it only on the thread that calls the transport.
 *
 * @since 0.1.0
 */
public final class RecordsInDoubt {
  private static final int MOST = 8_192;

  private final Map<Key, Integer> records = new HashMap<>();
  private int count;
  private @Nullable TransportContext context;

  /** A record and its number, if it has one. The number tells equal records apart. */
  private record Key(AuditRecord record, long number) {}

  private RecordsInDoubt() {}

  /** None yet. */
  public static RecordsInDoubt none() {
    return new RecordsInDoubt();
  }

  /** Sets the context for the reports; call it before the first record is written. */
  public void tell(TransportContext newContext) {
    context = Objects.requireNonNull(newContext, "context");
  }

  /** Adds a record that was written and whose acknowledgement will not come. */
  public void add(AuditRecord record) {
    if (count == MOST) {
      tell();
      return;
    }
    count++;
    records.merge(new Key(record, record.number()), 1, Integer::sum);
  }

  /**
   * Tells that a record is written now. If it was in doubt, it counts as sent again, and is no
   * longer in doubt.
   */
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
