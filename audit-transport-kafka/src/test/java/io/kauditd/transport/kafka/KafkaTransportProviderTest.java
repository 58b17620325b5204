// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.Transport;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaTransportProviderTest {
  private static Transport create(Map<String, String> more) {
    var options = new HashMap<>(Map.of("topic", "audit", "bootstrap", "localhost:9092"));
    options.putAll(more);
    var provider = new KafkaTransportProvider();
    return provider.create(PluginConfig.of(provider.options(), options));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          topic | a/b | '''a/b'' cannot be the name of a topic'
          topic | .. | cannot be the name of a topic
          bootstrap | localhost | 'is no HOST:PORT'
          bootstrap | localhost:0 | 'is no HOST:PORT'
          bootstrap | localhost:65536 | 'is no HOST:PORT'
          bootstrap | localhost:9092, | 'is no HOST:PORT'
          instance | ' ' | instance
          send-timeout | 1ms | it takes a duration
          format | xml | it takes one of line, json
          kafka.acks | 1 | 'cannot be set: a record is delivered when all replicas in sync have it'
          kafka.bootstrap.servers | x:1 | it is the option 'bootstrap'
          kafka.securty.protocol | SSL | is no setting of Kafka's client; correct the name
          kafka.linger.ms | soon | linger.ms
          kafka.compression.type | rar | rar
          kafka.max.in.flight.requests.per.connection | 6 | at most 5
          kafka.buffer.memory | 131071 | buffer.memory' is 131071, and must be at least as much as option 'kafka.batch.size', which is 131072 if it is not set; correct one of them
          kafka.batch.size | 67108865 | buffer.memory' is 67108864, and must be at least as much as option 'kafka.batch.size', which is 67108865; correct one of them
          """)
  void whatIsWrongIsNamed(String key, String value, String complaint) {
    assertThatThrownBy(() -> create(Map.of(key, value)))
        .isInstanceOf(PluginConfigException.class)
        .hasMessageContaining(complaint.replace("''", "'"));
  }

  @Test
  void settingsOfTheClientAreHandedOn() {
    assertThatCode(() ->
            create(
                    Map.of(
                        "kafka.security.protocol", "SASL_SSL",
                        "kafka.sasl.mechanism", "PLAIN",
                        "kafka.ssl.truststore.location", "/nowhere",
                        "kafka.compression.type", "gzip"))
                .close())
        .doesNotThrowAnyException();
  }
}
