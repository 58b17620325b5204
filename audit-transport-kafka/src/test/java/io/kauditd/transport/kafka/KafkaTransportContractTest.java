// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kauditd.spi.Transport;
import io.kauditd.testkit.TransportContract;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The rules for transports, against a real broker: one that hangs, and connections that break. */
class KafkaTransportContractTest {
  abstract static class Base extends TransportContract {
    private static final String BEFORE_THE_TEXT = "): ";
    private final Broker broker = Broker.shared();
    private final String topic = broker.newTopic();
    private final boolean exactlyOnce;

    Base(boolean exactlyOnce) {
      this.exactlyOnce = exactlyOnce;
    }

    @Override
    protected Transport newTransport() {
      return KafkaTransport.builder(broker.gatedBootstrap(), topic)
          .instance(topic)
          .sendTimeout(sendTimeout())
          .exactlyOnce(exactlyOnce)
          .build();
    }

    @Override
    protected List<String> arrived() {
      return broker.read(topic).stream()
          .map(record -> new String(record.value(), ISO_8859_1))
          .map(line -> line.substring(line.indexOf(BEFORE_THE_TEXT) + BEFORE_THE_TEXT.length()))
          .toList();
    }

    @Override
    protected Duration sendTimeout() {
      return Duration.ofMillis(500);
    }

    @Override
    protected boolean takenMeansArrived() {
      return true;
    }

    @Override
    protected boolean stopDaemon() {
      broker.gate().shut();
      return true;
    }

    @Override
    protected void startDaemon() {
      broker.gate().open();
    }

    @Override
    protected boolean loseAcknowledgements() {
      broker.gate().swallowAnswers(true);
      return true;
    }

    @Override
    protected void acknowledgeAgain() {
      broker.gate().swallowAnswers(false);
    }

    @Override
    protected boolean stallDaemon() {
      broker.pause();
      return true;
    }

    @Override
    protected void resumeDaemon() {
      broker.resume();
    }
  }

  @Nested
  class Plain extends Base {
    Plain() {
      super(false);
    }
  }

  @Nested
  class ExactlyOnce extends Base {
    ExactlyOnce() {
      super(true);
    }
  }
}
