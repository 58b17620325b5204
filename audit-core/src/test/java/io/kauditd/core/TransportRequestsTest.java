// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an operator asks of the transport, and what a transport asks of the panic handler. */
class TransportRequestsTest {
  /** Notes what it was asked, and on which thread. */
  private static final class Noting implements Transport {
    final List<String> asked = new CopyOnWriteArrayList<>();
    final CountDownLatch two = new CountDownLatch(2);

    @Override
    public OpenResult open(TransportContext context) {
      context.panic("no space");
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      return new NullTransport().send(batch);
    }

    private void note(String what) {
      asked.add(what + " on " + Thread.currentThread().getName());
      two.countDown();
    }

    @Override
    public void rotate() {
      note("rotate");
      throw new IllegalStateException("a fault of the transport, which is contained");
    }

    @Override
    public void resume() {
      note("resume");
    }

    @Override
    public void close() {}
  }

  @Test
  void theyComeInOrderOnTheKauditdThreadThoughNothingIsLogged() throws Exception {
    var transport = new Noting();
    var panics = new CopyOnWriteArrayList<String>();
    try (Kauditd audit =
        Kauditd.builder().transport("noting", transport).panicHandler(panics::add).start()) {
      audit.rotate();
      audit.resume();
      assertThat(transport.two.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(transport.asked).containsExactly("rotate on kauditd", "resume on kauditd");
      audit.log(AuditRecord.of(1112, 1, 1, "after the fault"));
      assertThat(audit.close(Duration.ofSeconds(10)).ledger().delivered()).isEqualTo(1);
    }
    assertThat(panics).containsExactly("audit: no space");
  }
}
