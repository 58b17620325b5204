// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * Watches the records in addition to the daemon; follows kauditd_send_multicast_skb().
 *
 * <p>A listener sees each record once, when it leaves the main queue, whether it is delivered or
 * not. Records that a listener misses are not kept for it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface MulticastListener {
  /**
   * A record leaves the main queue.
   *
   * <p><b>Thread</b>: the kauditd thread. <b>Blocking</b>: must not block, because the queues stop
   * meanwhile. <b>Errors</b>: what it throws is logged once and ignored.
   */
  void onRecord(AuditRecord record);
}
