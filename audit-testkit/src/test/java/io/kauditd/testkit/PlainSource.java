// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** A source that follows every rule; what breaks one is a subclass of it. */
class PlainSource implements RecordSource {
  final int count;
  final boolean endless;
  final CountDownLatch closed = new CountDownLatch(1);

  /**
   * A source.
   *
   * @param endless whether it waits for more after its records
   */
  PlainSource(int count, boolean endless) {
    this.count = count;
    this.endless = endless;
  }

  static AuditRecord record(int number) {
    return AuditRecord.of(RecordType.TRUSTED_APP, 0, number, "n=" + number);
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    for (int i = 1; i <= count && closed.getCount() > 0; i++) {
      sink.accept(record(i));
    }
    if (endless) {
      waitForMore();
    }
  }

  void waitForMore() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
