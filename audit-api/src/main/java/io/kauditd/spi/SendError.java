// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * Why a record could not be sent: the errors that the engine treats differently, and all others.
 *
 * <p>Later versions may add errors. A policy that switches over them needs a {@code default} that
 * uses {@link #isTransient}.
 *
 * @since 0.1.0
 */
public enum SendError {
  /** The daemon is there and cannot take the record just now. It never ends the connection. */
  EAGAIN,
  /** The daemon is gone. Retrying is useless until it connects again. */
  ECONNREFUSED,
  /** The process may not send to the daemon. Treated as {@link #ECONNREFUSED}. */
  EPERM,
  /** No buffer space. Retried; ends the connection if the retries fail. */
  ENOBUFS,
  /** No memory. Retried; ends the connection if the retries fail. */
  ENOMEM,
  /** Any other error. Retried; ends the connection if the retries fail. */
  EIO,
  /**
   * This record will never be taken, but the connection is fine. The engine drops it, counts it as
   * {@link io.kauditd.api.LostReason#REJECTED}, and continues with the next. The kernel has no such
   * case.
   */
  REJECTED;

  /** Whether another attempt may help. */
  public boolean isTransient() {
    return this != ECONNREFUSED && this != EPERM && this != REJECTED;
  }

  /** Whether giving up after this error also ends the connection; see kauditd_thread(). */
  public boolean endsConnection() {
    return this != EAGAIN && this != REJECTED;
  }
}
