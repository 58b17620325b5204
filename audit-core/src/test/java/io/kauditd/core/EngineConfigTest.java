// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.FailureMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineConfigTest {
  private static Map<String, String> written(String text) {
    var map = new LinkedHashMap<String, String>();
    Stream.of(text.strip().split("\\s+", -1))
        .map(word -> word.split("=", 2))
        .forEach(pair -> map.put(pair[0], pair[1]));
    return map;
  }

  private static Kauditd start(String text) {
    return EngineConfig.of(written(text)).builder(Plugins.load()).start();
  }

  @Test
  void anEngineIsMadeOfKeysAndValues() {
    try (Kauditd audit =
        start(
            "transport=memory:10 policy=ordered queue=memory backlogLimit=7 backlog-wait-time=2s"
                + " rate-limit=5 failure-mode=silent auditDefault=off")) {
      assertThat(audit.status().transport()).isEqualTo("memory");
      assertThat(audit.status().policy()).isEqualTo("ordered");
      assertThat(audit.status().settings())
          .isEqualTo(
              AuditSettings.DEFAULTS
                  .withBacklogLimit(7)
                  .withBacklogWaitTimeMs(2000)
                  .withRateLimit(5)
                  .withFailureMode(FailureMode.SILENT)
                  .withAuditDefault(false));
    }
  }

  @Test
  void whatIsNotWrittenIsAsTheBuilderHasIt() {
    try (Kauditd plain = Kauditd.builder().transport("null", new NullTransport()).start();
        Kauditd audit = start("transport=null")) {
      assertThat(audit.status().settings()).isEqualTo(plain.status().settings());
      assertThat(audit.status().policy()).isEqualTo(plain.status().policy());
    }
    assertThat(EngineConfig.of(Map.of("transport", "null")).closeDeadline())
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(EngineConfig.of(written("transport=null closeDeadline=3s")).closeDeadline())
        .isEqualTo(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          transport=memory keep=5
          transport=memory transport.keep=5
          transport=memory:5
          """)
  void anOptionGoesToThePlugInThatKnowsIt(String text) {
    try (Kauditd audit = start(text)) {
      assertThat(audit.status().transport()).isEqualTo("memory");
    }
    assertThatThrownBy(() -> start(text.replace("5", "none")))
        .hasMessageContaining("transport 'memory': option 'keep': 'none' is not valid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          policy=ordered                      | 'transport' is missing; say where records go to
          transport=                          | 'transport' is missing; say where records go to
          transport=fil:/tmp/x                | there is no transport 'fil'; there is memory, null
          transport=file:/tmp/x               | add the artifact io.kauditd:audit-transport-file
          transport=null:x                    | transport 'null' takes no argument, so 'null:x' should be 'null'
          transport=null policy=nice          | there is no policy 'nice'; there is mainline, ordered, rfc, v5.16
          transport=null queue=spool:/x       | add the artifact io.kauditd:audit-queue-spool
          transport=null backlog-limit=many   | option 'backlog-limit': 'many' is not valid; it takes a whole number
          transport=null backlog-limit=-1     | option 'backlog-limit': '-1' is not valid; it takes a whole number
          transport=null backlogWaitTime=5    | option 'backlog-wait-time': '5' is not valid; it takes a duration
          transport=null backlogWaitTime=11m  | it takes a duration between 0 and 10m
          transport=null rate-limit=fast      | option 'rate-limit': 'fast' is not valid; it takes a whole number
          transport=null failure-mode=loud    | it takes one of silent, printk, panic
          transport=null audit-default=maybe  | it takes true or false
          transport=null close-deadline=25h   | it takes a duration between 0 and 24h
          transport=null max-size=1           | 'max-size' is not known; there is transport, policy, queue
          transport=null policy.keep=1        | 'policy.keep' is not known; there is transport, policy, queue
          transport=memory:1 keep=2           | 'keep' of the transport is set twice; set it once
          transport=null rate-limit=1 rateLimit=1 | 'rate-limit' is set twice; set it once
          """)
  void whatIsWrongIsSaidWithTheWayOut(String text, String said) {
    assertThatThrownBy(() -> start(text))
        .isInstanceOfAny(PluginException.class, IllegalArgumentException.class)
        .hasMessageContaining(said);
  }
}
