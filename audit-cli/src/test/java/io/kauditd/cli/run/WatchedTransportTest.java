// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditStatus;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An outage is said when it begins, when its cause changes, and when it is over. */
class WatchedTransportTest {
  private final List<String> said = new ArrayList<>();
  private final Deque<Object> answers = new ArrayDeque<>();
  private long nowNs;

  /** Answers as it was told, the last answer for ever. */
  private final class Scripted implements Transport {
    private Object next() {
      return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
    }

    @Override
    public OpenResult open(TransportContext context) {
      return (OpenResult) next();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      SendResult result = (SendResult) next();
      int taken = 0;
      while (taken < result.taken() && batch.next() != null) {
        taken++;
      }
      if (result.error() != null) {
        batch.next();
      }
      return result;
    }

    @Override
    public void close() {}
  }

  private final WatchedTransport watched =
      new WatchedTransport(new Scripted(), "x:y", () -> nowNs, said::add);
  private final AuditEngine engine = Kauditd.builder().transport("x", watched).passive();

  private final TransportContext context =
      new NoEngine() {
        @Override
        public AuditStatus status() {
          return engine.status();
        }
      };

  private void open(OpenResult answer) {
    answers.clear();
    answers.add(answer);
    watched.open(context);
  }

  private void send(SendResult answer) {
    answers.clear();
    answers.add(answer);
    watched.send(ListBatch.of(ListBatch.record(1)));
  }

  @Test
  void saysThatItCannotBeOpenedOnceForEachCause() {
    open(OpenResult.failed("no such directory"));
    open(OpenResult.failed("no such directory"));
    open(OpenResult.failed("permission denied after 12 ms"));
    open(OpenResult.failed("permission denied after 345 ms"));
    nowNs += Duration.ofMillis(5200).toNanos();
    open(OpenResult.connected(1));
    open(OpenResult.connected(1));

    assertThat(said)
        .containsExactly(
            "transport 'x:y' cannot be opened: no such directory; records wait in the queues, and"
                + " it is tried again",
            "transport 'x:y' cannot be opened: permission denied after 12 ms",
            "transport 'x:y' works again after 5 s 200 ms; no record was lost");
  }

  @Test
  void saysThatItLostItsDaemonUntilARecordIsTaken() {
    open(OpenResult.connected(1));
    send(SendResult.sent(1));
    assertThat(said).isEmpty();
    send(SendResult.failed(0, SendError.ECONNREFUSED, "nobody listens"));
    send(SendResult.failed(0, SendError.ECONNREFUSED, "nobody listens"));
    open(OpenResult.connected(1)); // which does not mean that it takes anything
    send(SendResult.failed(0, SendError.EIO, "broken"));
    send(SendResult.sent(1));

    assertThat(said)
        .containsExactly(
            "transport 'x:y' has lost its daemon: ECONNREFUSED: nobody listens; records wait in the"
                + " queues, and it is tried again",
            "transport 'x:y' has lost its daemon: EIO: broken",
            "transport 'x:y' works again after 0; no record was lost");
  }

  @Test
  void isSilentAboutADaemonThatIsSlow() {
    open(OpenResult.connected(1));
    for (int i = 0; i < 10; i++) {
      send(SendResult.failed(0, SendError.EAGAIN, "full"));
      nowNs += Duration.ofMillis(90).toNanos();
    }
    send(SendResult.sent(1));
    send(SendResult.failed(0, SendError.REJECTED, "never"));
    assertThat(said).isEmpty();

    send(SendResult.failed(0, SendError.EAGAIN, "full"));
    nowNs += WatchedTransport.STALL.toNanos();
    send(SendResult.failed(0, SendError.EAGAIN, "full"));
    assertThat(said).hasSize(1).first().asString().contains("takes nothing: full; records wait");
  }

  /** A method of the SPI that is not handed on would be lost without a word. */
  @Test
  void handsOnEverythingThatATransportCanDo() {
    for (Method method : Transport.class.getMethods()) {
      assertThat(WatchedTransport.class.getDeclaredMethods())
          .extracting(Method::getName)
          .contains(method.getName());
    }
    for (Method method : TransportContext.class.getMethods()) {
      assertThat(WatchedTransport.Registrations.class.getDeclaredMethods())
          .extracting(Method::getName)
          .contains(method.getName());
    }
  }

  /** With the losses of the time between. */
  @Test
  void saysWhatWasLostMeanwhile() {
    engine.configure(s -> s.withBacklogLimit(1).withFailureMode(io.kauditd.api.FailureMode.SILENT));
    open(OpenResult.failed("away"));
    for (int i = 0; i < 5; i++) {
      engine.log(1112, "record");
    }
    open(OpenResult.connected(1));

    assertThat(said.getLast()).endsWith("; 3 records were lost");
    engine.close(Duration.ZERO);
  }
}
