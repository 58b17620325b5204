// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.api.ProducerContext;
import io.kauditd.cli.command.Problems;
import io.kauditd.spi.RecordSink;
import java.util.stream.Stream;

/** Hands a source's records to the engine. Thread-safe, as the log and the problems are. */
final class EngineSink implements RecordSink {
  private final ManagedAuditLog log;
  private final Problems problems;
  private final Engines engines;

  EngineSink(Engines engines, Problems problems) {
    this.log = engines.front();
    this.problems = problems;
    this.engines = engines;
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
  public void problem(String problem) {
    problems.add(problem);
  }

  @Override
  public long accepted() {
    return log.accepted();
  }

  @Override
  public long settled() {
    return log.settled();
  }

  @Override
  public void note(String what) {
    problems.note(what);
  }

  @Override
  public Stream<AuditRecord> deliveredBefore() {
    return engines.deliveredBefore();
  }
}
