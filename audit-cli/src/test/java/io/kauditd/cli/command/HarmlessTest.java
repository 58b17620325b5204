// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that a terminal shows and does not obey. */
class HarmlessTest {
  @ParameterizedTest
  @CsvSource({
    "'plain äöü 漢字 😀 €','plain äöü 漢字 😀 €'",
    "'\u001b[2J','\\x1b[2J'",
    "'\u007f\u0000\u0008','\\x7f\\x00\\x08'",
    "'\u0085\u009b31m','\\x85\\x9b31m'",
    "'a\u202eb\u2066c\u200fd','a\\u202eb\\u2066c\\u200fd'",
    "'a\u2028b\ufeff','a\\u2028b\\ufeff'",
    "'\ud83d','\\ud83d'",
    "'\udb40\udc41x','\\u{e0041}x'",
  })
  void escapes(String text, String shown) {
    assertThat(Harmless.line(text)).isEqualTo(shown);
    assertThat(Harmless.lines(text)).isEqualTo(shown);
  }

  @Test
  void keepsLinesOnlyWhereThereAreSome() {
    assertThat(Harmless.line("a\r\n\tb")).isEqualTo("a\\r\\n\\tb");
    assertThat(Harmless.lines("a\r\n\tb")).isEqualTo("a\\r\n\tb");
  }

  private static String through(Charset charset, int chunk, byte... bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var stream = new HarmlessStream(out, charset)) {
      for (int at = 0; at < bytes.length; at += chunk) {
        stream.write(bytes, at, Math.min(chunk, bytes.length - at));
      }
    }
    return out.toString(charset);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void readsCharactersThatComeInPieces(int chunk) throws IOException {
    byte[] bytes = "ä€😀\u009b\u202e\n".getBytes(StandardCharsets.UTF_8);
    assertThat(through(StandardCharsets.UTF_8, chunk, bytes)).isEqualTo("ä€😀\\x9b\\u202e\n");
    byte[] odd = {
      'a', (byte) 0xe2, (byte) 0x82, 'b', (byte) 0x9b, (byte) 0xff, (byte) 0xf0, (byte) 0x9f
    };
    assertThat(through(StandardCharsets.UTF_8, chunk, odd))
        .isEqualTo("a\\xe2\\x82b\\x9b\\xff\\xf0\\x9f");
    assertThat(
            through(StandardCharsets.ISO_8859_1, chunk, new byte[] {'a', (byte) 0x9b, (byte) 0xe4}))
        .isEqualTo("a\\x9bä");
    assertThat(through(StandardCharsets.US_ASCII, chunk, new byte[] {'a', (byte) 0x9b, 27}))
        .isEqualTo("a\\x9b\\x1b");
  }

  /** Whatever comes, in whatever pieces: what goes out is harmless, and the same. */
  @Test
  void letsNothingThrough() throws IOException {
    var random = new Random(13);
    for (int round = 0; round < 500; round++) {
      byte[] bytes = new byte[1 + random.nextInt(40)];
      random.nextBytes(bytes);
      String whole = through(StandardCharsets.UTF_8, bytes.length, bytes);

      assertThat(Harmless.lines(whole)).isEqualTo(whole);
      assertThat(whole).doesNotContain("\ufffd");
      assertThat(through(StandardCharsets.UTF_8, 1 + random.nextInt(5), bytes)).isEqualTo(whole);
    }
  }

  @Test
  void jsonIsPlainAscii() {
    String json = Json.write(java.util.Map.of("a", "\u001b\u007f\u009b\u202e😀\n"));

    assertThat(json).isEqualTo("{\"a\":\"\\u001B\\u007f\\u009B\\u202E\\uD83D\\uDE00\\n\"}");
    assertThat(Json.readObject(json)).containsEntry("a", "\u001b\u007f\u009b\u202e😀\n");
  }
}
