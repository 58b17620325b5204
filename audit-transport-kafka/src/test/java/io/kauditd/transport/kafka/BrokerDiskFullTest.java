// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.fixtures.Deep;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk of a broker is full, which ends Kafka's broker. When there is room and it was started
 * again, delivery goes on by itself.
 */
class BrokerDiskFullTest {
  private static final int CHUNK_BYTES = 1 << 12;

  @TempDir private Path dir;

  @Test
  @Tag(Deep.TAG)
  void nothingIsLostWhenTheDiskOfTheBrokerIsFull() throws Exception {
    assumeTrue(Deep.isDeep(), "takes a broker of its own: ./dev deep BrokerDiskFullTest");
    Path disk = Files.createDirectory(dir.resolve("disk"));
    int mounted = run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk.toString());
    assumeTrue(mounted == 0, "a small disk needs root");
    try (Broker broker =
        Broker.start(
            dir.resolve("broker"),
            Map.of("log.dirs", disk.resolve("data").toString(), "log.segment.bytes", "1048576"),
            List.of())) {
      fillAndMakeRoom(broker, disk.resolve("filler"));
    } finally {
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  private void fillAndMakeRoom(Broker broker, Path filler) throws Exception {
    String topic = broker.newTopic();
    KafkaTransport transport = SteadyLog.transport(broker.bootstrap(), topic, topic, true);
    try (var log = new SteadyLog(transport, Files.createDirectory(dir.resolve("spools")))) {
      log.awaitDelivery();
      fill(filler);
      log.awaitError("Connection refused");
      broker.kill();
      Files.delete(filler);
      broker.start();
      log.awaitDelivery();
      SteadyLog.assertComplete(broker, topic, log.end());
    }
  }

  /** Leaves no room. */
  private static void fill(Path file) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(chunk);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
