// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.EventLog;
import io.kauditd.api.FlushResult;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.api.MulticastListener;
import io.kauditd.api.ProducerContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One log in front of several. Each record goes to all of them, with the same time and serial. Each
 * log has its own queues, policy, ledger and connection, so a slow or missing daemon of one does
 * not affect the others.
 *
 * <pre>{@code
 * var logs = new LinkedHashMap<String, ManagedAuditLog>();
 * logs.put("file", Kauditd.builder().transport("file", file).start());
 * logs.put("kafka", Kauditd.builder().transport("kafka", kafka).start());
 * try (Tee audit = Tee.of(logs)) {
 *   audit.record(RecordType.USER_LOGIN).text("acct", user).result(true).log();
 * }
 * }</pre>
 *
 * <p>A log that waits for room ({@link AuditSettings#backlogWaitTimeMs}) makes its producers wait,
 * and so holds up the other logs. Closing this log closes all of them.
 *
 * <p>Any thread may call all methods, as with the logs themselves.
 *
 * @since 0.1.0
 */
public final class Tee implements ManagedAuditLog {
  private final SequencedMap<String, ManagedAuditLog> logs;
  private final ManagedAuditLog first;
  private final @Nullable String rejectedName;
  private final @Nullable ManagedAuditLog rejected;
  private final JointPositions positions;

  private Tee(
      SequencedMap<String, ManagedAuditLog> logs,
      @Nullable String rejectedName,
      @Nullable ManagedAuditLog rejected) {
    this.logs = logs;
    this.first = logs.firstEntry().getValue();
    this.rejectedName = rejectedName;
    this.rejected = rejected;
    this.positions = new JointPositions(List.copyOf(logs.values()), rejected);
  }

  /**
   * A log in front of others.
   *
   * @param logs the logs by name, in the order in which they get a record; the first one gives the
   *     serials
   * @throws IllegalArgumentException if there is none
   */
  public static Tee of(SequencedMap<String, ? extends ManagedAuditLog> logs) {
    if (logs.isEmpty()) {
      throw new IllegalArgumentException("no log; a tee needs at least one");
    }
    var copy = new LinkedHashMap<String, ManagedAuditLog>();
    logs.forEach((name, log) ->
        copy.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(log, name)));
    return new Tee(copy, null, null);
  }

  /**
   * A log with another one for records that the transports reject for good, as set with {@link
   * KauditdBuilder#rejectedTo}. A record counts as settled when it is settled there, too. That log
   * is closed after the others, and gets no other records.
   *
   * @throws IllegalArgumentException if the name is that of one of the others
   */
  public Tee withRejected(String name, ManagedAuditLog log) {
    if (logs.containsKey(Objects.requireNonNull(name, "name"))) {
      throw new IllegalArgumentException("two logs are called '" + name + "'");
    }
    return new Tee(logs, name, Objects.requireNonNull(log, "log"));
  }

  /** The logs by name, the one for rejected records last. Unmodifiable. */
  public SequencedMap<String, ManagedAuditLog> logs() {
    var all = new LinkedHashMap<>(logs);
    if (rejected != null && rejectedName != null) {
      all.put(rejectedName, rejected);
    }
    return Collections.unmodifiableSequencedMap(all);
  }

  /**
   * {@inheritDoc}
   *
   * @return whether all have accepted it
   */
  @Override
  public boolean log(int type, String text) {
    EventLog stamp = first.event();
    return log(AuditRecord.of(type, stamp.timeMs(), stamp.serial(), text));
  }

  /**
   * {@inheritDoc}
   *
   * @return whether all have accepted it; each that has not counts it as lost
   */
  @Override
  public boolean log(AuditRecord record, ProducerContext context) {
    Objects.requireNonNull(record, "record");
    Objects.requireNonNull(context, "context");
    boolean all = true;
    for (AuditLog each : logs.values()) {
      all &= each.log(record, context);
    }
    return all;
  }

  @Override
  public EventLog event() {
    EventLog stamp = first.event();
    return new StampedEvent(this, stamp.timeMs(), stamp.serial());
  }

  /**
   * The sum of all logs: a record counts once for each. Connected means that all are connected. The
   * last error begins with the name of its log. Use {@link #logs} for the status of each.
   */
  @Override
  public AuditStatus status() {
    return sum(logs);
  }

  private static AuditStatus sum(Map<String, ManagedAuditLog> logs) {
    var statuses = new LinkedHashMap<String, AuditStatus>();
    logs.forEach((name, log) -> statuses.put(name, log.status()));
    Collection<AuditStatus> all = statuses.values();
    return AuditStatus.builder()
        .settings(all.iterator().next().settings())
        .policy(all.stream().map(AuditStatus::policy).distinct().collect(Collectors.joining(", ")))
        .transport(String.join(", ", statuses.keySet()))
        .connected(all.stream().allMatch(AuditStatus::connected))
        .lost(sum(all, AuditStatus::lost))
        .backlogWaitTimeActualMs(sum(all, AuditStatus::backlogWaitTimeActualMs))
        .ledger(ledger(all.stream().map(AuditStatus::ledger).toList()))
        .highWater(
            AuditStatus.HighWater.of(
                most(all, status -> status.highWater().main()),
                most(all, status -> status.highWater().retry()),
                most(all, status -> status.highWater().hold())))
        .passes(sum(all, AuditStatus::passes))
        .sendAttempts(sum(all, AuditStatus::sendAttempts))
        .failedSends(sum(all, AuditStatus::failedSends))
        .printed(sum(all, AuditStatus::printed))
        .resets(sum(all, AuditStatus::resets))
        .endlessPasses(sum(all, AuditStatus::endlessPasses))
        .lastError(lastError(statuses))
        .closed(all.stream().allMatch(AuditStatus::closed))
        .build();
  }

  private static Ledger ledger(List<Ledger> all) {
    Ledger.Builder sum =
        Ledger.builder()
            .logged(sum(all, Ledger::logged))
            .recovered(sum(all, Ledger::recovered))
            .delivered(sum(all, Ledger::delivered))
            .sentAgain(sum(all, Ledger::sentAgain))
            .inMain(sum(all, Ledger::inMain))
            .inRetry(sum(all, Ledger::inRetry))
            .inHold(sum(all, Ledger::inHold));
    for (LostReason reason : LostReason.values()) {
      sum.dropped(reason, sum(all, ledger -> ledger.dropped(reason)));
    }
    return sum.build();
  }

  private static @Nullable String lastError(Map<String, AuditStatus> statuses) {
    String errors =
        statuses.entrySet().stream()
            .filter(each -> each.getValue().lastError() != null)
            .map(each -> each.getKey() + ": " + each.getValue().lastError())
            .collect(Collectors.joining("; "));
    return errors.isEmpty() ? null : errors;
  }

  private static <T> long sum(Collection<T> all, ToLongFunction<T> number) {
    return all.stream().mapToLong(number).sum();
  }

  private static <T> long most(Collection<T> all, ToLongFunction<T> number) {
    return all.stream().mapToLong(number).max().orElse(0);
  }

  /** {@inheritDoc} All get the same change; use {@link #logs} to change one of them. */
  @Override
  public void configure(UnaryOperator<AuditSettings> change) {
    logs().values().forEach(each -> each.configure(change));
  }

  /** {@inheritDoc} It listens to the first log, so that it sees each record once. */
  @Override
  public void addListener(MulticastListener listener) {
    first.addListener(listener);
  }

  @Override
  public void removeListener(MulticastListener listener) {
    first.removeListener(listener);
  }

  @Override
  public void rotate() {
    logs().values().forEach(ManagedAuditLog::rotate);
  }

  @Override
  public void resume() {
    logs().values().forEach(ManagedAuditLog::resume);
  }

  /** {@inheritDoc} The numbers are the sum of all. */
  @Override
  public FlushResult flush(Duration timeout) {
    long endNs = System.nanoTime() + Waits.toNanos(timeout, "timeout");
    boolean complete = true;
    long delivered = 0;
    long dropped = 0;
    long kept = 0;
    long waiting = 0;
    for (ManagedAuditLog each : logs().values()) { // the rejected come last, as they do in time
      long leftNs = Math.max(0, endNs - System.nanoTime());
      FlushResult result = each.flush(Duration.ofNanos(leftNs));
      complete &= result.isComplete();
      delivered += result.delivered();
      dropped += result.dropped();
      kept += result.kept();
      waiting += result.waiting();
    }
    return FlushResult.of(complete, delivered, dropped, kept, waiting);
  }

  @Override
  public long accepted() {
    return positions.accepted();
  }

  @Override
  public long settled() {
    return positions.settled();
  }

  /** {@inheritDoc} All are closed at the same time, so a slow one takes no time from the others. */
  @Override
  public AuditStatus close(Duration deadline) {
    long endNs = System.nanoTime() + Waits.toNanos(deadline, "deadline");
    var closing = new ArrayList<Thread>();
    for (ManagedAuditLog each : logs.values()) {
      closing.add(Thread.ofVirtual().start(() -> each.close(deadline)));
    }
    boolean interrupted = false;
    for (Thread each : closing) {
      interrupted |= Waits.join(each);
    }
    if (rejected != null) {
      rejected.close(Duration.ofNanos(Math.max(0, endNs - System.nanoTime())));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return status();
  }
}
