// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The document and the test kit have the same rules, with the same words. */
class RulesDocumentTest {
  private static final Pattern RULE =
      Pattern.compile(
          "### ([A-Z]\\d+)\\n\\n\\*\\*(.+?)\\.\\*\\*\\n(.+?)\\n(?=\\n|$)", Pattern.DOTALL);

  @Test
  void everyRuleIsInTheDocumentInTheWordsOfItsTest() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "reference", "spi-rules.md"));
    Map<String, String> written = new LinkedHashMap<>();
    Matcher rule = RULE.matcher(document);
    while (rule.find()) {
      written.put(rule.group(1), plain(rule.group(2)));
      assertThat(rule.group(3)).as("the intent of " + rule.group(1)).isNotBlank();
    }
    Map<String, String> known = new LinkedHashMap<>();
    for (Rule each : Rule.values()) {
      known.put(each.name(), plain(each.summary()));
    }

    assertThat(written).containsExactlyEntriesOf(known);
  }

  private static String plain(String text) {
    return text.replaceAll("[`']", "").replaceAll("\\s+", " ").strip().toLowerCase(Locale.ROOT);
  }
}
