// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Param;

/** What is compared does the work that it is measured by: all that is put arrives. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RelaysTest {
  private static final int RECORDS = 30_000; // several times what fits in between

  @TempDir Path place;

  /** All that the benchmark knows. */
  static Stream<String> relays() throws NoSuchFieldException {
    return Stream.of(HandOver.class.getField("relay").getAnnotation(Param.class).value());
  }

  @ParameterizedTest
  @MethodSource("relays")
  void allThatTwoThreadsPutArrives(String name) throws InterruptedException {
    try (Relay relay = Relays.toNowhere(name)) {
      Thread other = Thread.ofPlatform().start(() -> put(relay));
      put(relay);
      other.join();
      awaitTaken(relay, 2 * RECORDS);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "engine-none",
        "engine-incremental",
        "engine-data",
        "engine-sync",
        "log4j2",
        "log4j2-flush",
        "logback",
        "logback-flush",
        "raw",
        "raw-1m",
        "raw-force"
      })
  void allThatIsPutIsInTheFile(String name) throws Exception {
    Path file = place.resolve("log");
    try (Relay relay = Relays.toFile(name, file)) {
      put(relay);
      awaitTaken(relay, RECORDS);
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(RECORDS);
    assertThat(lines.getLast())
        .startsWith("type=USER_LOGIN msg=audit(")
        .endsWith("): " + Payload.TEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"engine", "engine-room", "abq-offer"})
  void whatIsLostIsCounted(String name) {
    Taken taken = new Taken();
    try (Relay relay = Relays.asShipped(name, taken)) {
      put(relay);
      long end = System.nanoTime() + 30_000_000_000L;
      while (taken.get() + relay.countedLost() < RECORDS && System.nanoTime() < end) {
        Spinning.pause();
      }
      assertThat(taken.get() + relay.countedLost()).isEqualTo(RECORDS);
    }
  }

  @Test
  void aNameThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> Relays.toNowhere("log5j"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'log5j'");
  }

  private static void put(Relay relay) {
    for (int i = 0; i < RECORDS; i++) {
      relay.put();
    }
  }

  private static void awaitTaken(Relay relay, long records) {
    relay.flush();
    while (relay.taken() < records) {
      Spinning.pause();
    }
    assertThat(relay.taken()).isEqualTo(records);
  }
}
