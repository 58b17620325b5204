// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CoarseClockTest {
  /** A tick of the kernel's timer, 10 ms with 100 Hz, and another for the two reads around it. */
  private static final long TICKS_MS = 20;

  @Test
  @EnabledOnOs(OS.LINUX)
  void tellsTheTimeOfTheLastTick() {
    EngineClock clock = EngineClock.coarse();
    assertThat(clock).isInstanceOf(CoarseClock.class);

    long before = System.currentTimeMillis();
    long said = clock.currentTimeMs();
    long after = System.currentTimeMillis();

    assertThat(said).isBetween(before - TICKS_MS, after);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void neverGoesBackAndGoesOn() {
    EngineClock clock = EngineClock.coarse();
    long first = clock.currentTimeMs();
    long last = first;
    while (last == first) {
      long next = clock.currentTimeMs();
      assertThat(next).isGreaterThanOrEqualTo(last);
      last = next;
      Thread.onSpinWait();
    }
  }

  @Test
  void stampsRecords() {
    var transport = new MemoryTransport(10);
    long before = System.currentTimeMillis();
    try (Kauditd audit =
        Kauditd.builder().clock(EngineClock.coarse()).transport("memory", transport).start()) {
      audit.log(1112, "x");
      audit.close(Duration.ofMinutes(1));
    }
    assertThat(transport.records())
        .singleElement()
        .satisfies(record ->
            assertThat(record.timeMs()).isBetween(before - TICKS_MS, System.currentTimeMillis()));
  }
}
