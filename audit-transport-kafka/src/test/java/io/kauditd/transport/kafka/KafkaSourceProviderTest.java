// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.RecordSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSourceProviderTest {
  private static RecordSource create(Map<String, String> more) {
    var options = new HashMap<>(Map.of("topic", "audit", "bootstrap", "localhost:9092"));
    options.putAll(more);
    var provider = new KafkaSourceProvider();
    return provider.create(PluginConfig.of(provider.options(), options));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kafka.group.id | a | it is the option 'group'
          kafka.session.timeout.ms | 3000 | session.timeout.ms' is 3000, and must be more than option 'kafka.heartbeat.interval.ms', which is 3000 if it is not set; correct one of them
          kafka.heartbeat.interval.ms | 45000 | session.timeout.ms' is 45000, and must be more than option 'kafka.heartbeat.interval.ms', which is 45000; correct one of them
          kafka.session.timeout.ms | soon | session.timeout.ms
          """)
  void whatIsWrongIsNamed(String key, String value, String complaint) {
    assertThatThrownBy(() -> create(Map.of(key, value)))
        .isInstanceOf(PluginConfigException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void settingsThatFitAreTaken() {
    assertThatCode(() ->
            create(Map.of("kafka.session.timeout.ms", "2000", "kafka.heartbeat.interval.ms", "700"))
                .close())
        .doesNotThrowAnyException();
  }
}
