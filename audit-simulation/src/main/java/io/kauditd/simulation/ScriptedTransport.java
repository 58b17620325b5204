// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transport that does what a script says, attempt by attempt. When the script runs out, the last
 * result repeats; without a script every record is taken. A daemon connects only when the test says
 * so.
 *
 * @since 0.1.0
 */
public final class ScriptedTransport implements Transport {
  private final int batchRecords;
  private final AttemptListener listener;
  private final ArrayDeque<Entry> script = new ArrayDeque<>();
  private Optional<SendError> last = Optional.empty();

  /** One entry of a script. */
  public sealed interface Entry {
    /** The result of one attempt; empty if the record is taken. */
    record Result(Optional<SendError> error) implements Entry {}

    /** What another thread does just before the next attempt has its result. */
    record Meanwhile(Runnable action) implements Entry {}
  }

  /** Is told of every attempt. */
  @FunctionalInterface
  public interface AttemptListener {
    /** An attempt was made; {@code error} is null if the record was taken. */
    void attempted(AuditRecord record, long peer, @Nullable SendError error);
  }

  /**
   * A transport without a script.
   *
   * @param batchRecords the most records it takes with one call, 1 or more
   */
  public ScriptedTransport(int batchRecords, AttemptListener listener) {
    if (batchRecords < 1) {
      throw new IllegalArgumentException(
          "batchRecords is " + batchRecords + "; it must be 1 or more");
    }
    this.batchRecords = batchRecords;
    this.listener = listener;
  }

  /** Replaces the script. */
  public void script(Collection<? extends Entry> entries) {
    script.clear();
    script.addAll(entries);
    last = Optional.empty();
  }

  /** Replaces the script by results alone; null stands for a record that is taken. */
  public void results(@Nullable SendError... results) {
    List<Entry> entries = new ArrayList<>();
    for (SendError result : results) {
      entries.add(new Entry.Result(Optional.ofNullable(result)));
    }
    script(entries);
  }

  @Override
  public OpenResult open(TransportContext context) {
    return new OpenResult.Listening();
  }

  @Override
  public SendResult send(RecordBatch batch) {
    int taken = 0;
    while (taken < batchRecords) {
      AuditRecord record = batch.next();
      if (record == null) {
        break;
      }
      SendError error = nextResult().orElse(null);
      listener.attempted(record, batch.peer(), error);
      if (error != null) {
        return SendResult.failed(taken, error, "scripted");
      }
      taken++;
    }
    return SendResult.sent(taken);
  }

  private Optional<SendError> nextResult() {
    for (Entry entry = script.poll(); entry != null; entry = script.poll()) {
      switch (entry) {
        case Entry.Meanwhile(Runnable action) -> action.run();
        case Entry.Result(Optional<SendError> error) -> {
          last = error;
          return error;
        }
      }
    }
    return last;
  }

  @Override
  public void close() {}
}
