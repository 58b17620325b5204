// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.api.ProducerContext;
import io.kauditd.api.RecordType;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the owner keeps, what producers are handed, and what a transport may ask for. */
class SidesOfTheLogTest {
  /** Waits for daemons that register, and notes to whom it sent. */
  private static final class Listening implements Transport {
    final List<Long> peers = new ArrayList<>();
    @Nullable TransportContext context;

    @Override
    public OpenResult open(TransportContext given) {
      context = given;
      return OpenResult.listening();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      peers.add(batch.peer());
      return new NullTransport().send(batch);
    }

    @Override
    public void close() {}

    TransportContext context() {
      return Objects.requireNonNull(context);
    }
  }

  private final Listening transport = new Listening();
  private final AuditEngine engine = Kauditd.builder().transport("listening", transport).passive();

  @Test
  void producersLogAndLookAndCannotCastTheLogBack() {
    AuditLog producer = engine.producer();
    assertThat(producer.log(RecordType.USER_LOGIN, "op=login")).isTrue();
    assertThat(producer.log(AuditRecord.of(RecordType.USER_LOGIN, 1, 2, "op=login"))).isTrue();
    AuditRecord record = AuditRecord.of(RecordType.USER_LOGIN, 1, 3, "op=login");
    assertThat(producer.log(record, ProducerContext.ATOMIC)).isTrue();
    assertThat(producer.event().log(RecordType.USER_LOGIN, "op=login")).isTrue();

    assertThat(producer.status().ledger().logged()).isEqualTo(4);
    assertThat(producer)
        .isNotInstanceOf(ManagedAuditLog.class)
        .isNotInstanceOf(AutoCloseable.class);
  }

  @Test
  void aDaemonWithoutAPortComesAndGoes() {
    engine.pass();
    transport.context().connect();
    engine.log(RecordType.USER_LOGIN, "op=login");
    engine.pass();

    AuditStatus there = engine.status();
    assertThat(there.connected()).isTrue();
    assertThat(there.daemon()).isZero();
    assertThat(there.ledger().delivered()).isEqualTo(1);
    assertThat(transport.peers).containsExactly(0L);

    transport.context().disconnect(4711); // not that one
    engine.pass();
    assertThat(engine.status().connected()).isTrue();
    transport.context().disconnect();
    engine.pass();
    assertThat(engine.status().connected()).isFalse();
  }

  @Test
  void aDaemonWithAPortIsNotTheOneWithout() {
    engine.pass();
    transport.context().connect(4711);
    transport.context().disconnect();
    engine.pass();
    assertThat(engine.status().connected()).isTrue();
    assertThat(engine.status().daemon()).isEqualTo(4711);
  }

  @Test
  void aPortIsOneOrMore() {
    engine.pass();
    for (long port : new long[] {0, -1}) {
      assertThatThrownBy(() -> transport.context().connect(port))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("peer is " + port);
      assertThatThrownBy(() -> transport.context().disconnect(port))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("peer is " + port);
      assertThatThrownBy(() -> engine.connect(port))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("peer is " + port);
    }
  }

  @Test
  void aTransportListensAndLooks() {
    var shown = new ArrayList<String>();
    engine.pass();
    transport.context().connect(7);
    transport.context().addListener(record -> shown.add(record.text()));
    engine.log(RecordType.USER_LOGIN, "one");
    engine.pass();

    assertThat(shown).containsExactly("one");
    assertThat(transport.context().status().ledger().delivered()).isEqualTo(1);
  }
}
