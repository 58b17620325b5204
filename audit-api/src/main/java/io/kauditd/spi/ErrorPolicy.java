// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a record goes that could not be sent. The engine carries the decision out: it owns
 * the queues, their bounds, the connection and the counters.
 *
 * <p><b>Thread</b>: the kauditd thread alone calls a policy; one policy serves one engine.
 * <b>Blocking</b>: never, not for a pause either: between passes the engine waits by itself.
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
   * <p>After any answer but {@link Routing.Target#SEND_AGAIN} the walk sends nothing more: the
   * policy is then asked about the records behind it with {@link FailedSend#attempts} 0 (unless
   * {@link #routeRest} has an answer for all of them). A record that was not tried cannot be sent
   * again now; such an answer is taken as {@link Routing.Target#KEEP_PLACE}. The same holds when no
   * attempt is left: the engine ends a row of 1,000.
   *
   * @param record the record; its type and text may decide
   * @param failure how it failed
   * @param queues the queues as they are now
   */
  Routing route(AuditRecord record, FailedSend failure, QueueView queues);

  /**
   * One answer for all records that a walk does not send any more, the same as {@link #route} would
   * give for each of them, or null to be asked one by one. If the answer depends on the record, or
   * on the queues, leave it out. With {@link Routing.Target#REQUEUE_LAST} or {@link
   * Routing.Target#KEEP_PLACE} for the whole rest of a queue the engine need not touch each of
   * them.
   *
   * @param failure as in {@link #route}, with attempts 0
   */
  default @Nullable Routing routeRest(FailedSend failure) {
    return null;
  }

  /**
   * Whether a walk ends with the record that was last in the queue when it began. Without that
   * bound (v5.16 alone) it goes on until the queue is empty. Always the same.
   */
  default boolean walksOnce() {
    return true;
  }

  /**
   * Whether the whole pass, not only the walk over one queue, stops sending at a failure. Without
   * it, records of a later queue can overtake those of an earlier one. Always the same.
   */
  default boolean stopsPass() {
    return false;
  }

  /**
   * Whether records reach the transport in the order they were logged, always, so that what waits
   * in the hold queue is older than what waits in the retry queue, and that older than what is in
   * the main queue. The engine can then tell how far records are settled while some wait. Always
   * the same.
   */
  default boolean keepsOrder() {
    return false;
  }
}
