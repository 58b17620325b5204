// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SerialWatchTest {
  private final List<String> problems = new ArrayList<>();
  private final SerialWatch watch = new SerialWatch(new Sink(), "in: ");

  private final class Sink implements RecordSink {
    @Override
    public boolean accept(AuditRecord record) {
      return true;
    }

    @Override
    public boolean acceptNow(AuditRecord record) {
      return true;
    }

    @Override
    public long nextSerial() {
      return 1;
    }

    @Override
    public void problem(String problem) {
      problems.add(problem);
    }
  }

  private void see(String head, long second, long serial) {
    String line = head + " msg=audit(" + second + ".000:" + serial + "): x";
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    watch.seen(requireNonNull(AuditLine.parse(bytes)));
  }

  @Test
  void anEventThatNeverCameIsReportedAtTheEnd() {
    see("type=SYSCALL", 1, 7);
    see("type=USER_LOGIN", 1, 9); // programs' events share the kernel's serials
    assertThat(problems).isEmpty();
    watch.settle();
    watch.settle();
    assertThat(problems)
        .containsExactly("in: 1 event is missing: their serials, up to 9, never came");
  }

  @Test
  void itIsReportedWhenEventsTwoSecondsYoungerHaveCome() {
    see("type=SYSCALL", 10, 7);
    see("type=SYSCALL", 10, 9);
    watch.tick(0);
    see("type=SYSCALL", 11, 10);
    watch.tick(SECONDS.toNanos(3));
    assertThat(problems).isEmpty(); // a sink that let the source wait makes no event late
    see("type=SYSCALL", 12, 11);
    watch.tick(SECONDS.toNanos(4));
    assertThat(problems).isEmpty(); // looks every two seconds
    watch.tick(SECONDS.toNanos(5));
    assertThat(problems).hasSize(1);
  }

  @Test
  void recordsThatComeLateAreNotMissing() {
    see("type=SYSCALL", 10, 7);
    see("type=SYSCALL", 10, 9);
    see("type=PATH", 10, 8);
    see("type=PATH", 10, 7);
    watch.settle();
    assertThat(problems).isEmpty();
  }

  @Test
  void theDaemonsOwnRecordsHaveOtherSerials() {
    see("type=SYSCALL", 10, 100);
    see("type=DAEMON_START", 10, 7777);
    see("type=DAEMON_CONFIG", 11, 42);
    see("type=SYSCALL", 12, 101);
    watch.settle();
    assertThat(problems).isEmpty();
  }

  @Test
  void eachNodeHasSerialsOfItsOwn() {
    see("node=a type=SYSCALL", 10, 100);
    see("node=b type=SYSCALL", 10, 7);
    see("host=c type=SYSCALL", 10, 70_000);
    see("node=a type=SYSCALL", 10, 101);
    see("node=b type=SYSCALL", 10, 10);
    watch.settle();
    assertThat(problems)
        .containsExactly("in: 2 events are missing of node b: their serials, up to 10, never came");
  }

  @Test
  void eachBootBeginsAnew() {
    see("type=SYSCALL", 10, 500);
    see("type=SYSCALL", 60, 1);
    see("type=SYSCALL", 60, 2);
    see("type=SYSCALL", 61, 4);
    watch.settle();
    assertThat(problems).singleElement().asString().startsWith("in: 1 event is missing");
  }

  @Test
  void soManyNodesAreWatchedAndNoMore() {
    for (int node = 0; node < 300; node++) {
      see("node=n" + node + " type=SYSCALL", 10, 1);
      see("node=n" + node + " type=SYSCALL", 10, 2);
    }
    watch.settle();
    assertThat(problems).singleElement().asString().contains("more than 256 nodes");
  }

  @Test
  void theModeSaysWhetherItWatches() {
    assertThat(SerialWatch.Mode.AUTO.watches(true)).isTrue();
    assertThat(SerialWatch.Mode.AUTO.watches(false)).isFalse();
    assertThat(SerialWatch.Mode.ON.watches(false)).isTrue();
    assertThat(SerialWatch.Mode.OFF.watches(true)).isFalse();
  }
}
