// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteSearchTest {
  @Test
  void aLineFeedIsFoundWhereverItStands() {
    for (int length = 0; length < 40; length++) {
      byte[] bytes = new byte[length];
      for (byte other : List.of((byte) 0x0B, (byte) 0x09, (byte) 0x8A, (byte) 0, (byte) -1)) {
        Arrays.fill(bytes, other);
        for (int from = 0; from <= length; from++) {
          assertThat(ByteSearch.indexOf('\n', bytes, from, length)).isEqualTo(-1);
        }
        for (int at = 0; at < length; at++) {
          bytes[at] = '\n';
          for (int from = 0; from <= at; from++) {
            assertThat(ByteSearch.indexOf('\n', bytes, from, length)).isEqualTo(at);
          }
          assertThat(ByteSearch.indexOf('\n', bytes, at + 1, length)).isEqualTo(-1);
          bytes[at] = other;
        }
      }
    }
  }

  @Test
  void aWordIsFoundWholeAndInsideTheBoundsOnly() {
    byte[] word = "msg(".getBytes(US_ASCII);
    byte[] text = "(msg msg[ (((msg(x".getBytes(US_ASCII);
    int end = text.length - 1;
    assertThat(ByteSearch.contains(word, text, 0, text.length)).isTrue();
    assertThat(ByteSearch.contains(word, text, end - 4, end)).isTrue();
    assertThat(ByteSearch.contains(word, text, end - 3, end)).isFalse();
    assertThat(ByteSearch.contains(word, text, 0, end - 1)).isFalse();
  }
}
