// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * A log for audit records, which an application gives to the code that logs. The code that started
 * the log keeps a {@link ManagedAuditLog}, which it can also configure, watch and close.
 *
 * <p>Any thread, platform or virtual, may call all methods. None throws because a record could not
 * be delivered: a lost record is counted, and {@link #status()} says why. Only a wrong argument
 * causes an exception: null, or a negative record type.
 *
 * <p>A plug-in or listener that logs while the kauditd thread calls it does not wait for room,
 * because it would wait for itself.
 *
 * @since 0.1.0
 */
public interface AuditLog {
  /**
   * Logs one record, with the present time and the next serial.
   *
   * <p>The text is one line. A line end in it does not make a second record; the transport replaces
   * or encodes it. A text that is longer than {@link AuditRecord#MAX_LENGTH_BYTES} is accepted
   * here, and may be rejected by the transport. Write values from outside in quotes or hexadecimal
   * digits, as {@link #record} does.
   *
   * <p><b>Blocking</b>: at most {@link AuditSettings#backlogWaitTimeMs}, and only while the backlog
   * is over its limit. An interrupt does not end the wait, and the caller finds its flag set.
   *
   * @param type the record type, for example {@link RecordType#USER_LOGIN}; 0 or greater
   * @param text the event as text, {@code op=login acct="alice" res=success}
   * @return whether the record was accepted; if not, it is counted as lost
   * @throws IllegalArgumentException if the type is negative
   */
  boolean log(int type, String text);

  /**
   * Begins a record that is made of fields. They are encoded, so no value can make a second field
   * or line. {@link RecordBuilder#log} logs the record with the time and serial of that moment.
   *
   * @param type the record type, for example {@link RecordType#USER_LOGIN}; 0 or greater
   * @throws IllegalArgumentException if the type is negative
   */
  default RecordBuilder record(int type) {
    return new RecordBuilder(type, text -> log(type, text));
  }

  /** Logs a record that has its own time and serial, otherwise as {@link #log(int, String)}. */
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

  /** The status after the last pass. Does not block and does not slow down the kauditd thread. */
  AuditStatus status();
}
