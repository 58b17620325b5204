// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CollectingSinkTest {
  private static AuditRecord record(int type) {
    return AuditRecord.of(type, 1, 1, "of type " + type);
  }

  @Test
  void keepsWhatItIsGivenAndLetsATestWaitForIt() throws Exception {
    var sink = new CollectingSink();
    Thread source =
        Thread.ofPlatform()
            .start(() -> {
              sink.accept(record(1));
              sink.problem("line 2: is odd");
              sink.acceptNow(record(3));
            });
    sink.await(1, record -> record.type() == 3);
    sink.await(2);
    sink.awaitProblem("odd");
    source.join();

    assertThat(sink.texts()).containsExactly("of type 1", "of type 3");
    assertThat(sink.records()).containsExactly(record(1), record(3));
    assertThat(sink.problems()).containsExactly("line 2: is odd");
    assertThat(sink.nextSerial()).isLessThan(sink.nextSerial());
  }

  @Test
  void saysWhatDidNotCome() {
    var sink = new CollectingSink(Duration.ofMillis(20));
    sink.accept(record(1));
    sink.problem("line 2: is odd");

    assertThatThrownBy(() -> sink.await(2, record -> record.type() == 3))
        .hasMessage(
            "of 2 records 0 came, beside 1 others within 20 ms; the reports: [line 2: is odd]");
    assertThatThrownBy(() -> sink.awaitProblem("even"))
        .hasMessageContaining("no report has 'even'");
  }
}
