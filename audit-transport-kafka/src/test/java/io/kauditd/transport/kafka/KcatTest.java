// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kcat, which is built on another client library, finds what was sent; skipped without it. */
class KcatTest {
  private static String kcat(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("kcat"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      Assumptions.abort("kcat is not installed");
      throw e;
    }
    String says = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(says).isZero();
    return says;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void kcatReadsEachRecordOnceAndInOrder(boolean exactlyOnce) throws Exception {
    Broker broker = Broker.shared();
    String topic = broker.newTopic();
    int count = 500;
    List<AuditRecord> records =
        IntStream.rangeClosed(1, count)
            .mapToObj(i ->
                AuditRecord.of(RecordType.USER_LOGIN, 1_642_555_588_000L, i, "seq=" + i)
                    .withNumber(i))
            .toList();
    try (var transport =
        KafkaTransport.builder(broker.bootstrap(), topic)
            .instance("web1")
            .exactlyOnce(exactlyOnce)
            .build()) {
      var driver = new Driver(transport);
      driver.connect();
      assertThat(driver.sendUntilAnswered(records).taken()).isEqualTo(count);
    }
    String seen =
        kcat(
            "-b",
            broker.bootstrap(),
            "-t",
            topic,
            "-C",
            "-e",
            "-q",
            "-f",
            "%k %s\\n",
            "-X",
            "isolation.level=read_committed");
    assertThat(seen.lines())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, count)
                .mapToObj(i ->
                    "web1 type=USER_LOGIN msg=audit(1642555588.000:%d): seq=%d".formatted(i, i))
                .toList());
  }
}
