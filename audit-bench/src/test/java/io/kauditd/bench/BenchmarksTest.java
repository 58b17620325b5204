// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each benchmark runs and checks its own work, without a look at the clock. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BenchmarksTest {
  @Test
  void handOver() throws Exception {
    HandOver benchmark = new HandOver();
    benchmark.producers = 2;
    benchmark.open();
    assertThat(benchmark.records()).isEqualTo(HandOver.RECORDS);
    benchmark.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "source"})
  void acknowledged(String asks) {
    Acknowledged benchmark = new Acknowledged();
    benchmark.asks = asks;
    benchmark.open();
    long position = benchmark.record();
    assertThat(position).isEqualTo(asks.equals("source") ? Acknowledged.RECORDS : 0);
    benchmark.close();
  }

  @Test
  void burst() {
    Burst benchmark = new Burst();
    benchmark.open();
    benchmark.rest();
    benchmark.record();
    benchmark.rest(); // returns when all were taken
    benchmark.close();
  }

  @Test
  void fileOut() throws Exception {
    FileOut benchmark = new FileOut();
    benchmark.to = "engine-none";
    benchmark.open();
    assertThat(benchmark.record()).isEqualTo(FileOut.RECORDS);
    benchmark.close();
  }

  @ParameterizedTest
  @CsvSource({"100, same", "50000, own"})
  void depth(int depth, String record) {
    Depth benchmark = new Depth();
    benchmark.depth = depth;
    benchmark.record = record;
    benchmark.fill();
    benchmark.record();
    benchmark.close();
  }

  /** It checks its own counts. */
  @Test
  void lossCost() throws Exception {
    LossCost.main(new String[] {"1"});
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void threadsThatEndWhileTheirWakeUpsAreReadAreLeftOut() throws Exception {
    AtomicBoolean ends = new AtomicBoolean();
    Thread starter =
        Thread.ofPlatform()
            .start(() -> {
              while (!ends.get()) {
                Thread[] some = new Thread[8];
                for (int i = 0; i < some.length; i++) {
                  some[i] = Thread.ofPlatform().start(Thread::yield);
                }
                for (Thread each : some) {
                  try {
                    each.join();
                  } catch (InterruptedException e) {
                    return;
                  }
                }
              }
            });
    String me = Long.toString(ProcessHandle.current().pid());
    for (int i = 0; i < 300; i++) {
      assertThat(Idle.wakeUps()).containsKey(me);
    }
    ends.set(true);
    starter.join();
  }

  /** It checks its own counts. */
  @Test
  void scaling() throws Exception {
    Scaling.main(new String[] {"1", "2000"});
  }

  /** It checks its own counts. */
  @Test
  void spoolCost() throws Exception {
    SpoolCost.main(new String[] {"1", "2000"});
  }

  /** It waits for all records. */
  @Test
  void steady() throws Exception {
    Steady.main(new String[] {"1", "500", "engine-none", "log4j2-flush"});
  }

  @Test
  void reconnect() {
    Reconnect benchmark = new Reconnect();
    benchmark.hold();
    benchmark.refused();
    benchmark.taken();
    benchmark.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  @EnabledOnOs(OS.LINUX)
  void peerNetlink(int batch) {
    PeerNetlink benchmark = new PeerNetlink();
    benchmark.batch = batch;
    benchmark.open();
    assertThat(benchmark.records()).isEqualTo(PeerNetlink.RECORDS + 1);
    benchmark.close();
  }

  @Test
  void theTableSaysWhatIsMetAndWhatIsNot() {
    Figures figures = new Figures();
    figures.put("HandOver producers=1 relay=engine", 9e6);
    figures.put("HandOver producers=1 relay=engine-text", 6e6);
    figures.put("HandOver producers=1 relay=jctools-text", 5e6);
    figures.put("HandOver producers=1 relay=log4j2", 3e6);
    figures.put("Idle engine", 0);
    assertThat(Ratios.table(figures).lines())
        .hasSize(4)
        .contains(
            "| sustained, 1 producer | 2.00 x Log4j2's rate | >= 2.5 | no"
                + " | 1.20 x a bare MPSC queue's with clock, serial and record | >= 1.0 | yes |",
            "| idle | 0.0 wake-ups a second | 0 | yes | the same | 0 | yes |");
  }

  @Test
  void whatWasNotMeasuredIsNotInTheTable() {
    Figures ours = new Figures();
    ours.put("HandOver producers=1 relay=engine", 9e6);
    ours.put("HandOver producers=1 relay=engine-text", 6e6);
    ours.put("HandOver producers=1 relay=jctools", 10e6);
    ours.put("Burst relay=engine", 20);
    ours.put("FileOut to=engine-none", 170);
    ours.put("FileOut to=raw", 110);
    assertThat(Ratios.table(ours).lines()).hasSize(2);
  }

  @Test
  void theFiguresAreJsonWithALineForEach(@TempDir Path place) throws Exception {
    Figures figures = new Figures();
    figures.put("Idle engine", 0);
    figures.put("PingPong before ns", 123.456);
    Path file = place.resolve("f.json");
    figures.writeJson(file, Map.of("os", "a \"b\""));
    assertThat(Files.readAllLines(file))
        .isEqualTo(
            List.of(
                "{",
                "\"os\": \"a \\\"b\\\"\",",
                "\"Idle engine\": 0.000,",
                "\"PingPong before ns\": 123.5",
                "}"));
  }
}
