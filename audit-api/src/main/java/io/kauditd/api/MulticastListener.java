// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * Somebody who watches the records beside the daemon; follows kauditd_send_multicast_skb().
 *
 * <p>A listener sees each record once, when it leaves the main queue, whatever becomes of its
 * delivery. What a listener misses is not kept for it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface MulticastListener {
  /**
   * A record leaves the main queue.
   *
   * <p><b>Thread</b>: the kauditd thread. <b>Blocking</b>: none; the queues stand still meanwhile.
   * <b>Errors</b>: what it throws is logged once and ignored.
   */
  void onRecord(AuditRecord record);
}
