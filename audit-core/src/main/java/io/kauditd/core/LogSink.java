// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.api.ProducerContext;
import io.kauditd.spi.RecordSink;
import java.util.Objects;

/**
 * Hands the records of a source to a log, for an application that runs a source itself. A subclass
 * says what becomes of the problems in the source's input.
 *
 * <pre>{@code
 * source.run(
 *     new LogSink(audit) {
 *       @Override
 *       public void problem(String problem) {
 *         LOG.warn("{}", problem);
 *       }
 *     });
 * }</pre>
 *
 * <p>Thread-safe, as the log is.
 *
 * @since 0.1.0
 */
public abstract class LogSink implements RecordSink {
  private final ManagedAuditLog log;

  /** A sink in front of this log, which stays the caller's to close: after the source has ended. */
  protected LogSink(ManagedAuditLog log) {
    this.log = Objects.requireNonNull(log, "log");
  }

  @Override
  public boolean accept(AuditRecord record) {
    return log.log(record, ProducerContext.BLOCKING);
  }

  @Override
  public boolean acceptNow(AuditRecord record) {
    return log.log(record, ProducerContext.ATOMIC);
  }

  @Override
  public long nextSerial() {
    return log.event().serial();
  }

  @Override
  public long accepted() {
    return log.accepted();
  }

  @Override
  public long settled() {
    return log.settled();
  }
}
