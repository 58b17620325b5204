// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * What failure mode {@link FailureMode#PANIC} calls in place of stopping the machine.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PanicHandler {
  /**
   * A record was lost.
   *
   * <p><b>Thread</b>: the one that lost it, a producer's or the kauditd thread. <b>Blocking</b>:
   * returns at once; who logs, or the queues, stand still meanwhile. <b>Errors</b>: what it throws
   * is logged and goes no further.
   *
   * @param message the kernel's panic message, {@code audit: } and the reason
   */
  void panic(String message);
}
