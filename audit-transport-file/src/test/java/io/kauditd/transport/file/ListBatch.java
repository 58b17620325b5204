// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordBatch;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A batch of the records of a list. */
final class ListBatch implements RecordBatch {
  private final List<AuditRecord> records;
  private int pulled;

  ListBatch(List<AuditRecord> records) {
    this.records = records;
  }

  ListBatch(AuditRecord... records) {
    this(List.of(records));
  }

  /** Records with the serials from {@code from} to before {@code to}. */
  static ListBatch ofSerials(int from, int to) {
    return new ListBatch(IntStream.range(from, to).mapToObj(ListBatch::record).toList());
  }

  static AuditRecord record(long serial) {
    return AuditRecord.of(1112, 1642555588000L + serial, serial, "seq=" + serial + " res=success");
  }

  int pulled() {
    return pulled;
  }

  @Override
  public @Nullable AuditRecord next() {
    return pulled < records.size() ? records.get(pulled++) : null;
  }

  @Override
  public long peer() {
    return 1;
  }
}
