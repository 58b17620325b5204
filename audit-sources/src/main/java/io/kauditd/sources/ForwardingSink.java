// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import java.util.stream.Stream;

/** Passes everything on to another sink; a subclass looks at the records first. */
abstract class ForwardingSink implements RecordSink {
  final RecordSink sink;

  ForwardingSink(RecordSink sink) {
    this.sink = sink;
  }

  @Override
  public long nextSerial() {
    return sink.nextSerial();
  }

  @Override
  public final void problem(String problem) {
    sink.problem(problem);
  }

  @Override
  public final void note(String what) {
    sink.note(what);
  }

  @Override
  public final long accepted() {
    return sink.accepted();
  }

  @Override
  public final long settled() {
    return sink.settled();
  }

  @Override
  public final Stream<AuditRecord> deliveredBefore() {
    return sink.deliveredBefore();
  }

  @Override
  public final Stream<AuditRecord> deliveredBefore(AuditRecord like) {
    return sink.deliveredBefore(like);
  }
}
