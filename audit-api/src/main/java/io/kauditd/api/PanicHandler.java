// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * The handler that failure mode {@link FailureMode#PANIC} calls instead of stopping the machine.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PanicHandler {
  /**
   * A record was lost.
   *
   * <p><b>Thread</b>: the thread that lost it: a producer's or the kauditd thread. <b>Blocking</b>:
   * must return at once, because the producer or the queues stop meanwhile. <b>Errors</b>: an
   * exception is logged and not rethrown.
   *
   * @param message the kernel's panic message, {@code audit: } and the reason
   */
  void panic(String message);
}
