// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Read by a JSON parser that is not ours: the broker brings one. */
class JsonValueTest {
  private static JsonNode read(AuditRecord record) throws Exception {
    return new ObjectMapper().readTree(JsonValue.of(record, "web1", "shop"));
  }

  @Test
  void everythingIsThere() throws Exception {
    var record =
        AuditRecord.of(RecordType.USER_LOGIN, 1_642_555_588_123L, -1, "op=login")
            .withHead("node=web1 type=USER_LOGIN")
            .withNumber(7);

    assertThat(read(record).toString())
        .isEqualTo(
            "{\"node\":\"web1\",\"type\":\"USER_LOGIN\",\"type_number\":1112,"
                + "\"time_ms\":1642555588123,\"serial\":18446744073709551615,"
                + "\"instance\":\"shop\",\"number\":7,\"head\":\"node=web1 type=USER_LOGIN\","
                + "\"text\":\"op=login\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\" \\ / \t \b \f", "a\nb\rc\0d", "ü € 😀", "\u001f\u007f\u2028"})
  void aTextComesBackAsItWas(String text) throws Exception {
    JsonNode read = read(AuditRecord.of(RecordType.USER_LOGIN, 0, 1, text));

    assertThat(read.get("text").asText()).isEqualTo(text);
    assertThat(read.has("head")).isFalse();
  }

  @Test
  void halfOfASurrogatePairIsEscaped() {
    byte[] json = JsonValue.of(AuditRecord.of(1112, 0, 1, "a\ud83d b\ude00"), "n", "i");

    assertThat(new String(json, UTF_8)).contains("\"text\":\"a\\ud83d b\\ude00\"");
  }
}
