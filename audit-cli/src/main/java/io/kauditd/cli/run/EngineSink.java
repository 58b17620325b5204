// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.api.AuditRecord;
import io.kauditd.cli.command.Problems;
import io.kauditd.core.LogSink;
import java.util.stream.Stream;

/** Hands a source's records to the engines, and its reports to the problems. Thread-safe. */
final class EngineSink extends LogSink {
  private final Problems problems;
  private final Engines engines;

  EngineSink(Engines engines, Problems problems) {
    super(engines.front());
    this.problems = problems;
    this.engines = engines;
  }

  @Override
  public void problem(String problem) {
    problems.add(problem);
  }

  @Override
  public void note(String what) {
    problems.note(what);
  }

  @Override
  public Stream<AuditRecord> deliveredBefore() {
    return engines.deliveredBefore();
  }

  @Override
  public Stream<AuditRecord> deliveredBefore(AuditRecord like) {
    return engines.deliveredBefore(like);
  }
}
