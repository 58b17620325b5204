// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * Why a record could not be sent: the errors that the engine treats apart, and the rest.
 *
 * <p>Later versions may add errors. A policy that switches over them has a {@code default}, which
 * asks {@link #isTransient} whether another attempt may help.
 *
 * @since 0.1.0
 */
public enum SendError {
  /** The daemon is there and cannot take the record just now. It never ends the connection. */
  EAGAIN,
  /** The daemon is gone. Retrying is useless until it connects again. */
  ECONNREFUSED,
  /** The daemon must not be reached. As {@link #ECONNREFUSED}. */
  EPERM,
  /** No buffer space; retried, and it ends the connection in the end. */
  ENOBUFS,
  /** No memory; retried, and it ends the connection in the end. */
  ENOMEM,
  /** Any other error; retried, and it ends the connection in the end. */
  EIO,
  /**
   * This record will never be taken, whatever is tried; the connection is fine. The engine drops
   * it, counted as {@link io.kauditd.api.LostReason#REJECTED}, and goes on with the next. The
   * kernel has no such case.
   */
  REJECTED;

  /** Whether another attempt may help. */
  public boolean isTransient() {
    return this != ECONNREFUSED && this != EPERM && this != REJECTED;
  }

  /** Whether giving up after this error gives up the connection too; see kauditd_thread(). */
  public boolean endsConnection() {
    return this != EAGAIN && this != REJECTED;
  }
}
