// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * A log that audit records are written to: what an application hands to the code that logs. Who
 * started it keeps a {@link ManagedAuditLog}, which can be configured, watched and closed too.
 *
 * <p>All methods may be called from any thread, platform or virtual. None throws because a record
 * could not be delivered: a lost record is counted, and {@link #status()} says why. What is wrong
 * with an argument is thrown: null, or a negative record type.
 *
 * <p>A plug-in or listener that logs while the kauditd thread calls it does not wait for room: it
 * would wait for itself.
 *
 * @since 0.1.0
 */
public interface AuditLog {
  /**
   * Logs one record, with the time of now and the next serial.
   *
   * <p>The text is one line; a line end in it does not make a second record, but becomes whatever
   * the transport writes for it. One that is longer than {@link AuditRecord#MAX_LENGTH_BYTES} is
   * accepted here, and may be rejected by the transport. Values that others chose belong in quotes
   * or hexadecimal digits, as {@link #record} writes them.
   *
   * <p><b>Blocking</b>: at most {@link AuditSettings#backlogWaitTimeMs}, and only while the backlog
   * is over its limit; an interrupt does not end the wait and is kept for the caller.
   *
   * @param type the record type, for example {@link RecordType#USER_LOGIN}; 0 or greater
   * @param text what happened, {@code op=login acct="alice" res=success}
   * @return whether the record was accepted; if not, it is counted as lost
   * @throws IllegalArgumentException if the type is negative
   */
  boolean log(int type, String text);

  /**
   * Begins a record that is made of fields, encoded so that no value can make a second field or
   * line; {@link RecordBuilder#log} logs it, with the time and serial of then.
   *
   * @param type the record type, for example {@link RecordType#USER_LOGIN}; 0 or greater
   * @throws IllegalArgumentException if the type is negative
   */
  default RecordBuilder record(int type) {
    return new RecordBuilder(type, text -> log(type, text));
  }

  /** Logs a record that brings its own time and serial, otherwise as {@link #log(int, String)}. */
  default boolean log(AuditRecord record) {
    return log(record, ProducerContext.BLOCKING);
  }

  /**
   * Logs a record for a producer that may, or may not, wait.
   *
   * <p><b>Blocking</b>: as {@link #log(int, String)} with {@link ProducerContext#BLOCKING}, else
   * never.
   *
   * @return whether the record was accepted; if not, it is counted as lost
   */
  boolean log(AuditRecord record, ProducerContext context);

  /** Starts an event of several records: reads the time and takes the next serial. */
  EventLog event();

  /** The state between two passes. Does not block and does not disturb the kauditd thread. */
  AuditStatus status();
}
