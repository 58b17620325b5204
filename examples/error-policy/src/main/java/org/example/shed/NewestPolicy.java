// SPDX-License-Identifier: Apache-2.0
package org.example.shed;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.Routing;
import org.example.shed.Priorities.Priority;
import org.jspecify.annotations.Nullable;

/**
 * An error policy that keeps the newest N records of each of two classes: of those that matter, and
 * of all others. N is the backlog limit.
 *
 * <p>Each class has a queue of its own to wait in, the hold queue and the retry queue, and in a
 * full queue the oldest record makes room. So no number of PATH records costs a login, and the end
 * of a long outage is known instead of its beginning. What had to make room is counted as {@code
 * EVICTED}.
 */
public final class NewestPolicy implements ErrorPolicy {
  private static final Routing THAT_MATTER = Routing.toHold().unprinted().always().orEvictOldest();
  private static final Routing OTHERS = Routing.toRetry().unprinted().orEvictOldest();
  private static final Routing STAYS = Routing.keepPlace();

  private final Priorities priorities;

  NewestPolicy(Priorities priorities) {
    this.priorities = priorities;
  }

  @Override
  public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
    if (failure.queue() != QueueRole.MAIN) {
      return STAYS; // it waits in the queue of its class already
    }
    return priorities.of(record) == Priority.KEPT ? THAT_MATTER : OTHERS;
  }

  @Override
  public @Nullable Routing routeRest(FailedSend failure) {
    return failure.queue() == QueueRole.MAIN ? null : STAYS;
  }

  /** A newer record never overtakes one of its class that waits. */
  @Override
  public boolean stopsPass() {
    return true;
  }
}
