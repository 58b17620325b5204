// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import org.jspecify.annotations.Nullable;

/**
 * The sink of a followed file: leaves out records that an earlier run had delivered, and reports
 * the others that are accepted to the progress. For one thread.
 */
final class CountingSink extends ForwardingSink {
  private final @Nullable Progress progress;
  private final Delivered delivered;

  /** The record that comes next has a serial that was made for it. */
  private boolean plain;

  CountingSink(RecordSink sink, @Nullable Progress progress, Delivered delivered) {
    super(sink);
    this.progress = progress;
    this.delivered = delivered;
  }

  @Override
  public boolean accept(AuditRecord record) {
    boolean leftOut = delivered.take(record, plain);
    boolean accepted = leftOut || sink.accept(record);
    if (accepted && !leftOut && progress != null) {
      progress.accepted(record, plain);
    }
    plain = false;
    return accepted;
  }

  @Override
  public boolean acceptNow(AuditRecord record) {
    return accept(record);
  }

  @Override
  public long nextSerial() {
    plain = true;
    return sink.nextSerial();
  }
}
