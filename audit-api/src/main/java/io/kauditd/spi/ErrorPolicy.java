// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a record goes if it could not be sent. The engine carries out the decision: it owns
 * the queues, their bounds, the connection and the counters.
 *
 * <p><b>Thread</b>: only the kauditd thread calls a policy; one policy serves one engine.
 * <b>Blocking</b>: never, not even for a pause, because the engine itself waits between passes.
 * <b>Errors</b>: an exception is logged once, and the record is handled as {@code mainline} would.
 *
 * <p>The rules P1 to P11 of {@code docs/reference/spi-rules.md} say what a policy promises; {@code
 * ErrorPolicyContract} of the test kit checks them.
 *
 * @since 0.1.0
 */
public interface ErrorPolicy {
  /**
   * Where the record goes.
   *
   * <p>After any answer except {@link Routing.Target#SEND_AGAIN} the walk sends nothing more. The
   * policy is then asked about the records behind this one with {@link FailedSend#attempts} 0,
   * unless {@link #routeRest} answers for all of them. A record that was not tried cannot be sent
   * again now; such an answer is treated as {@link Routing.Target#KEEP_PLACE}. So is one after
   * 1,000 attempts in a row.
   *
   * @param record the record; the answer may depend on its type and text
   * @param failure how it failed
   * @param queues the queues as they are now
   */
  Routing route(AuditRecord record, FailedSend failure, QueueView queues);

  /**
   * One answer for all records that a walk no longer sends. It must be the answer that {@link
   * #route} would give for each of them. Null if {@code route} is to be asked for each. Do not
   * implement it if the answer depends on the record or on the queues. With {@link
   * Routing.Target#REQUEUE_LAST} or {@link Routing.Target#KEEP_PLACE} for the whole rest of a queue
   * the engine need not touch each of them.
   *
   * @param failure as in {@link #route}, with attempts 0
   */
  default @Nullable Routing routeRest(FailedSend failure) {
    return null;
  }

  /**
   * Whether a walk ends with the record that was last in the queue when the walk began. Without
   * that bound (only v5.16) it continues until the queue is empty. The answer never changes.
   */
  default boolean walksOnce() {
    return true;
  }

  /**
   * Whether the whole pass stops sending at a failure, not only the walk over one queue. Otherwise
   * records of a later queue can overtake those of an earlier one. The answer never changes.
   */
  default boolean stopsPass() {
    return false;
  }

  /**
   * Whether records always reach the transport in the order in which they were logged. Then records
   * in the hold queue are older than those in the retry queue, and these are older than those in
   * the main queue. So the engine can tell how far records are settled while some wait. The answer
   * never changes.
   */
  default boolean keepsOrder() {
    return false;
  }
}
