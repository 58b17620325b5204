// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.api.RecordType;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.Routing;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.Mockito;

/** A plug-in that breaks its rules is contained: the engine goes on and every record is counted. */
class FaultyPluginsTest {
  /** What a transport does with a batch. */
  private interface Send {
    SendResult send(RecordBatch batch);
  }

  private static Transport transport(Send send) {
    return new Transport() {
      @Override
      public OpenResult open(TransportContext context) {
        return OpenResult.connected();
      }

      @Override
      public SendResult send(RecordBatch batch) {
        return send.send(batch);
      }

      @Override
      public void reset() {
        throw new IllegalStateException("reset");
      }

      @Override
      public void close() {
        throw new IllegalStateException("close");
      }
    };
  }

  private static AuditStatus statusAfterTwoPasses(KauditdBuilder builder) {
    AuditEngine engine = builder.passive();
    for (int i = 0; i < 3; i++) {
      engine.log(RecordType.USER_LOGIN, "n=" + i);
    }
    engine.pass();
    engine.pass();
    engine.closeNow();
    assertThat(engine.status().ledger().balances()).isTrue();
    return engine.status();
  }

  private static AuditStatus statusWith(Send send) {
    return statusAfterTwoPasses(Kauditd.builder().transport("faulty", transport(send)));
  }

  @Test
  void aSendThatThrowsIsAFailedSend() {
    AuditStatus status =
        statusWith(batch -> {
          batch.next();
          throw new IllegalStateException("boom");
        });

    assertThat(status.ledger().delivered()).isZero();
    assertThat(status.ledger().waiting()).isEqualTo(3);
    assertThat(status.lastError()).contains("boom");
  }

  @Test
  void aTransportThatSaysItTookMoreThanItWasGivenHasTakenNothing() {
    AuditStatus status =
        statusWith(batch -> {
          batch.next();
          return SendResult.sent(2);
        });

    assertThat(status.ledger().delivered()).isZero();
    assertThat(status.ledger().waiting()).isEqualTo(3);
  }

  @Test
  void aTransportThatPullsNothingDoesNotHangTheEngine() {
    AuditStatus status = statusWith(batch -> SendResult.sent(1));

    assertThat(status.ledger().delivered()).isZero();
    assertThat(status.ledger().waiting()).isEqualTo(3);
  }

  @Test
  void aTransportThatTakesFewerThanItPulledWithoutAnErrorKeepsTheRestWaiting() {
    AuditStatus status =
        statusWith(batch -> {
          batch.next();
          batch.next();
          return SendResult.sent(1);
        });

    assertThat(status.ledger().delivered()).isPositive();
    assertThat(status.ledger().delivered() + status.ledger().waiting()).isEqualTo(3);
  }

  @Test
  void aPolicyThatThrowsIsReplacedByMainlineForThatRecord() {
    ErrorPolicy policy = Mockito.mock(ErrorPolicy.class);
    Mockito.when(policy.route(Mockito.any(), Mockito.any(), Mockito.any()))
        .thenThrow(new IllegalStateException("boom"));
    Mockito.when(policy.walksOnce()).thenReturn(true);

    AuditStatus status =
        statusAfterTwoPasses(
            Kauditd.builder()
                .policy("faulty", policy)
                .transport(
                    "down",
                    transport(batch -> {
                      batch.next();
                      return SendResult.failed(0, SendError.EAGAIN, "busy");
                    })));

    // As mainline: to the retry queue by the first pass; the second finds the daemon still busy.
    assertThat(status.ledger().inRetry()).isEqualTo(1);
    assertThat(status.ledger().inHold()).isEqualTo(2);
  }

  @Test
  void aPolicyThatAlwaysSendsAgainIsEnded() {
    ErrorPolicy policy = (record, failure, queues) -> Routing.sendAgain();

    AuditStatus status =
        statusAfterTwoPasses(
            Kauditd.builder()
                .policy("stubborn", policy)
                .transport(
                    "down",
                    transport(batch -> {
                      batch.next();
                      return SendResult.failed(0, SendError.EAGAIN, "busy");
                    })));

    assertThat(status.ledger().inMain()).isEqualTo(3);
    assertThat(status.failedSends()).isEqualTo(2_000);
  }

  @Test
  void aHoldQueueThatFailsCostsTheRecordAndSaysSo() throws IOException {
    AuditQueue broken = Mockito.mock(AuditQueue.class);
    Mockito.when(broken.add(Mockito.any(), Mockito.anyInt())).thenThrow(new IOException("disk"));

    AuditStatus status =
        statusAfterTwoPasses(
            Kauditd.builder()
                .holdQueue(broken)
                .transport(
                    "down",
                    transport(batch -> {
                      batch.next();
                      return SendResult.failed(0, SendError.ECONNREFUSED, "gone");
                    })));

    assertThat(status.ledger().dropped(LostReason.QUEUE_FAILURE)).isEqualTo(3);
    assertThat(status.lost()).isEqualTo(3);
  }

  @Test
  void aPolicyMayDrop() {
    ErrorPolicy policy = (record, failure, queues) -> Routing.drop();

    AuditStatus status =
        statusAfterTwoPasses(
            Kauditd.builder()
                .policy("careless", policy)
                .transport(
                    "down",
                    transport(batch -> {
                      batch.next();
                      return SendResult.failed(0, SendError.EAGAIN, "busy");
                    })));

    assertThat(status.ledger().dropped(LostReason.SHED)).isEqualTo(3);
  }

  private static Routing to(Routing.Target target) {
    return switch (target) {
      case SEND_AGAIN -> Routing.sendAgain();
      case RETRY_QUEUE -> Routing.toRetry().unbounded().unprinted();
      case HOLD_QUEUE -> Routing.toHold().always().unbounded().unprinted();
      case REQUEUE_LAST -> Routing.requeueLast();
      case REQUEUE_FIRST -> Routing.requeueFirst();
      case KEEP_PLACE -> Routing.keepPlace();
      case DROP -> Routing.drop();
    };
  }

  @ParameterizedTest
  @EnumSource
  void wherePoliciesSendRecordsNoneIsCountedTwiceOrShownTwice(Routing.Target target) {
    var shown = new ArrayList<Long>();
    ErrorPolicy policy = (record, failure, queues) -> to(target);
    AuditEngine engine =
        Kauditd.builder()
            .policy("single-minded", policy)
            .transport(
                "down",
                transport(batch -> {
                  batch.next();
                  return SendResult.failed(0, SendError.EAGAIN, "busy");
                }))
            .passive();
    engine.addListener(record -> shown.add(record.serial()));
    for (int pass = 1; pass <= 3; pass++) {
      engine.log(RecordType.USER_LOGIN, "a");
      engine.log(RecordType.USER_LOGIN, "b");
      assertThat(engine.pass()).as("pass %d ends", pass).isTrue();
      assertThat(engine.status().ledger().logged()).isEqualTo(2L * pass);
      assertThat(engine.status().ledger().balances()).isTrue();
    }
    engine.disconnect();
    engine.pass();

    assertThat(engine.status().ledger().logged()).isEqualTo(6);
    assertThat(engine.status().ledger().balances()).isTrue();
    assertThat(shown).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(names = {"RETRY_QUEUE", "REQUEUE_LAST", "REQUEUE_FIRST"})
  void aWalkWithoutABoundThatTurnsRoundIsEnded(Routing.Target target) {
    ErrorPolicy policy =
        new ErrorPolicy() {
          @Override
          public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
            return failure.queue() == QueueRole.MAIN ? Routing.toRetry() : to(target);
          }

          @Override
          public boolean walksOnce() {
            return false;
          }
        };
    AuditStatus status =
        statusAfterTwoPasses(
            Kauditd.builder()
                .policy("restless", policy)
                .transport(
                    "down",
                    transport(batch -> {
                      batch.next();
                      return SendResult.failed(0, SendError.EAGAIN, "busy");
                    })));

    assertThat(status.endlessPasses()).isPositive();
    assertThat(status.ledger().inRetry()).isEqualTo(3);
  }

  @Test
  void aSendThatReturnsNothingIsAFailedSend() {
    @SuppressWarnings("NullAway") // on purpose
    AuditStatus status =
        statusWith(batch -> {
          batch.next();
          return null;
        });

    assertThat(status.ledger().waiting()).isEqualTo(3);
    assertThat(status.lastError()).isEqualTo("EIO: send returned null");
  }

  @Test
  void aLibraryThatIsNotThereIsAFailedSendAndNotTheEndOfTheEngine() {
    AuditStatus status =
        statusWith(batch -> {
          batch.next();
          throw new NoClassDefFoundError("org/example/Client");
        });

    assertThat(status.ledger().waiting()).isEqualTo(3);
    assertThat(status.lastError()).contains("NoClassDefFoundError: org/example/Client");
  }

  @Test
  void aTransportThatCannotBeOpenedIsOpenedAgainWhateverItSays() {
    Transport transport = Mockito.mock(Transport.class); // whose open returns null at first
    Mockito.when(transport.open(Mockito.any()))
        .thenReturn(null)
        .thenThrow(new NoClassDefFoundError("org/example/Client"))
        .thenReturn(OpenResult.connected(7));
    var clock = new HandMovedClock();
    AuditEngine engine =
        Kauditd.builder().clock(clock).transport("half there", transport).passive();

    engine.pass();
    assertThat(engine.status().lastError()).isEqualTo("open: open returned null");
    clock.now += Duration.ofMinutes(1).toNanos();
    engine.pass();
    assertThat(engine.status().lastError()).contains("NoClassDefFoundError: org/example/Client");
    clock.now += Duration.ofMinutes(1).toNanos();
    engine.pass();
    assertThat(engine.status().daemon()).isEqualTo(7);
  }

  @Test
  void aListenerWithoutItsLibraryIsPassedOver() {
    AuditEngine engine = Kauditd.builder().transport("memory", new MemoryTransport(10)).passive();
    engine.addListener(record -> {
      throw new NoClassDefFoundError("org/example/Client");
    });
    engine.log(RecordType.USER_LOGIN, "a");
    engine.pass();

    assertThat(engine.status().ledger().delivered()).isEqualTo(1);
  }

  @Test
  void aMainQueueThatThrowsIsNoConcernOfWhoLogs() throws IOException {
    AuditQueue broken = Mockito.mock(AuditQueue.class);
    Mockito.when(broken.add(Mockito.any(), Mockito.anyInt()))
        .thenThrow(new IllegalStateException("boom"))
        .thenThrow(new NoClassDefFoundError("org/example/Client"));
    AuditEngine engine =
        Kauditd.builder().mainQueue(broken).transport("memory", new MemoryTransport(10)).passive();

    assertThat(engine.log(RecordType.USER_LOGIN, "a")).isFalse();
    assertThat(engine.log(RecordType.USER_LOGIN, "b")).isFalse();
    assertThat(engine.status().ledger().dropped(LostReason.QUEUE_FAILURE)).isEqualTo(2);
    assertThat(engine.status().ledger().balances()).isTrue();
  }

  @Test
  void aChangeOfSettingsThatReturnsNothingChangesNothing() {
    AuditEngine engine = Kauditd.builder().transport("memory", new MemoryTransport(10)).passive();
    AuditSettings before = engine.status().settings();

    assertThatThrownBy(() -> engine.configure(Mockito.mock()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the change returned null");
    assertThat(engine.status().settings()).isEqualTo(before);
  }

  @Test
  void aQueueHasOneRole() {
    var queue = new MemoryQueue();
    KauditdBuilder builder =
        Kauditd.builder()
            .transport("memory", new MemoryTransport(10))
            .mainQueue(queue)
            .holdQueue(queue);

    assertThatThrownBy(builder::passive)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one queue has several roles");
  }
}
