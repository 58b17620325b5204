// SPDX-License-Identifier: Apache-2.0
package org.example.shed;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.Routing;
import java.util.Map;
import org.example.shed.Priorities.Priority;
import org.jspecify.annotations.Nullable;

/**
 * An error policy that does what another one says, and sheds by priority while the queues fill up.
 *
 * <p>When a daemon is away, a bounded queue fills with whatever comes first, and what comes after
 * is lost: usually the login that mattered, behind 8,192 PATH records. So the retry and hold queues
 * take every record up to a mark, none of the chatty types beyond it, and beyond a second mark
 * those that must be kept alone.
 */
public final class ShedPolicy implements ErrorPolicy {
  private final ErrorPolicy base;
  private final Priorities priorities;
  private final int chattyPercent;
  private final int normalPercent;
  private final ShedCounts counts = new ShedCounts();

  /**
   * A policy for one engine.
   *
   * @param base decides where records go that are not shed
   * @param chattyPercent how full a queue is when chatty records are shed
   * @param normalPercent how full it is when all are shed but those that are kept
   */
  ShedPolicy(ErrorPolicy base, Priorities priorities, int chattyPercent, int normalPercent) {
    this.base = base;
    this.priorities = priorities;
    this.chattyPercent = chattyPercent;
    this.normalPercent = normalPercent;
  }

  @Override
  public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
    Routing routing = base.route(record, failure, queues);
    if (failure.queue() == QueueRole.HOLD) {
      return routing; // it has its place already; see routeRest
    }
    int full =
        switch (routing.target()) {
          case RETRY_QUEUE -> percentFull(QueueRole.RETRY, queues);
          case HOLD_QUEUE -> percentFull(QueueRole.HOLD, queues);
          default -> 0;
        };
    if (full < Math.min(chattyPercent, normalPercent) || !isShed(record, full)) {
      return routing;
    }
    counts.add(record.type());
    return Routing.drop();
  }

  private static int percentFull(QueueRole role, QueueView queues) {
    long limit = queues.settings().backlogLimit();
    return limit == 0 ? 0 : (int) Math.min(100, 100L * queues.size(role) / limit);
  }

  private boolean isShed(AuditRecord record, int full) {
    Priority priority = priorities.of(record);
    return switch (priority) {
      case KEPT -> false;
      case NORMAL -> full >= normalPercent;
      case CHATTY -> full >= chattyPercent;
    };
  }

  /**
   * For the hold queue what the base policy says: nothing is shed that is held already, and the
   * engine need not ask about thousands of records whenever one comes. In the other queues the
   * answer depends on the record.
   */
  @Override
  public @Nullable Routing routeRest(FailedSend failure) {
    return failure.queue() == QueueRole.HOLD ? base.routeRest(failure) : null;
  }

  @Override
  public boolean walksOnce() {
    return base.walksOnce();
  }

  @Override
  public boolean stopsPass() {
    return base.stopsPass();
  }

  /** What was shed so far, by the names of the types. May be called by any thread. */
  public Map<String, Long> shed() {
    return counts.byName();
  }
}
