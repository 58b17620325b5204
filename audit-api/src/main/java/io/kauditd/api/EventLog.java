// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * Logs one event as several records, which share its time and serial.
 *
 * @since 0.1.0
 */
public interface EventLog {
  /** The time of the event, in milliseconds since the epoch. */
  long timeMs();

  /** The serial of the event. */
  long serial();

  /**
   * Logs one record of this event.
   *
   * @return whether it was accepted, as {@link AuditLog#log(int, String)}
   */
  boolean log(int type, String text);

  /**
   * Begins one record of this event that is made of fields, as {@link AuditLog#record} does.
   *
   * @throws IllegalArgumentException if the type is negative
   */
  default RecordBuilder record(int type) {
    return new RecordBuilder(type, text -> log(type, text));
  }
}
