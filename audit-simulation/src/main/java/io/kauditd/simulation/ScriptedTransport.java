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
 * <p>It pulls as many records as it was told to before it tries the first of them. A script can
 * also contain actions of other threads. A call of send ends before the attempt that such an action
 * precedes, and {@link #runMeanwhile} runs the action.
 *
 * @since 0.1.0
 */
public final class ScriptedTransport implements Transport {
  private final int pullAhead;
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
   * @param pullAhead the maximum number of records that it pulls in one call, 1 or more
   */
  public ScriptedTransport(int pullAhead, AttemptListener listener) {
    if (pullAhead < 1) {
      throw new IllegalArgumentException("pullAhead is " + pullAhead + "; it must be 1 or more");
    }
    this.pullAhead = pullAhead;
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
    return OpenResult.listening();
  }

  /**
   * Runs the actions that the script has before the next attempt. The owner of the engine calls
   * this between {@link io.kauditd.core.AuditEngine#advance} and {@link
   * io.kauditd.core.AuditEngine#send}.
   */
  public void runMeanwhile() {
    while (script.peek() instanceof Entry.Meanwhile(Runnable action)) {
      script.remove();
      action.run();
    }
  }

  @Override
  public SendResult send(RecordBatch batch) {
    List<AuditRecord> pulled = new ArrayList<>();
    while (pulled.size() < pullAhead) {
      AuditRecord record = batch.next();
      if (record == null) {
        break;
      }
      pulled.add(record);
    }
    int taken = 0;
    for (AuditRecord record : pulled) {
      if (script.peek() instanceof Entry.Meanwhile && taken > 0) {
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
    runMeanwhile(); // of an owner that runs whole passes
    if (script.poll() instanceof Entry.Result(Optional<SendError> error)) {
      last = error;
    }
    return last;
  }

  @Override
  public void close() {}
}
