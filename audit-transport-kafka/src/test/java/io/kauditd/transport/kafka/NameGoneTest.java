// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.fixtures.Deep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The names of the brokers can no longer be looked up while records are sent; later they can. The
 * program that sends is a process of its own, whose JVM looks names up in a file.
 */
@Tag(Deep.TAG)
class NameGoneTest {
  private static final String NAME = "kafka.test";

  @TempDir private static Path dir;
  private static @Nullable Broker started;

  @BeforeAll
  static void start() {
    assumeTrue(Deep.isDeep(), "takes a broker of its own: ./dev deep NameGoneTest");
    started = Broker.start(dir.resolve("broker"), Map.of(Broker.GATED_HOST, NAME), List.of());
  }

  @AfterAll
  static void stop() {
    if (started != null) {
      started.close();
    }
  }

  @Test
  void theNameToWhichTheProgramConnectsIsGone() throws Exception {
    loseTheName(NAME, "there is no host " + NAME);
  }

  @Test
  void theNameThatTheBrokerGivesItselfIsGone() throws Exception {
    loseTheName("127.0.0.1", "but there is no host " + NAME);
  }

  /** What the program says must contain this part while the name is gone. */
  private static void loseTheName(String bootstrapHost, String said) throws Exception {
    Broker broker = Objects.requireNonNull(started, "started");
    String topic = broker.newTopic();
    Path hosts = Files.createTempFile(dir, "hosts", "");
    Files.writeString(hosts, "127.0.0.1 " + NAME + "\n");
    String bootstrap = bootstrapHost + ":" + broker.gate().port();
    try (var program =
        new SteadyProgram(bootstrap, topic, Files.createTempDirectory(dir, "spools"), hosts)) {
      program.awaitDelivery();
      Files.writeString(hosts, "127.0.0.1 another.test\n");
      broker.gate().shut(); // who is connected needs no names
      broker.gate().open();
      program.awaitError(said);
      Files.writeString(hosts, "127.0.0.1 " + NAME + "\n");
      program.awaitDelivery();
      SteadyLog.assertComplete(broker, topic, program.end());
    }
  }
}
