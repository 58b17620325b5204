// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a line holds: it is no record, or one that is written back as the same bytes. */
class AuditLineFuzzTest {
  private static final int LINES_PER_SEED = 20_000;

  private static final String[] CORPUS = {
    "type=USER_LOGIN msg=audit(1642555588.123:456): pid=1 uid=0 msg='op=login res=success'",
    "node=web1 type=SYSCALL msg=audit(1642555588.123:18446744073709551615): arch=c000003e",
    "type=UNKNOWN[1234] msg=audit(0.000:0): ",
    "type=DAEMON_CONFIG msg=audit(1490239800.477:34) config changed, auid=0 pid=1512",
    "type=1302 msg=audit(9223372036854775.807:1): x",
    "type=NEW_TYPE msg=audit(1.001:1): \u00FF\u00FE\u001DUID=\"root\"",
  };

  private static final String[] PIECES = {
    "type=",
    "node=",
    " ",
    "  ",
    " msg=audit(",
    "msg=audit(",
    "(",
    ")",
    "):",
    "): ",
    ":",
    ".",
    "0",
    "00",
    "000",
    "9",
    "99999999999999999999",
    "18446744073709551616",
    "-1",
    "UNKNOWN[",
    "]",
    "[1]",
    "PATH",
    "1302",
    "\0",
    "\r",
    "\n",
    "\u001D",
    "\u007F",
    "\u0080",
    "\u00FF"
  };

  @Test
  @Tag(Deep.TAG)
  void aLineIsNoRecordOrTheSameBytes() {
    try (DeepSearch lines =
        Deep.search("fuzzed lines of the audit format", 100_000, 10_000_000, 100_000_000)) {
      for (long seed = lines.seed(); lines.goesOn(); seed++) {
        fuzz(seed);
        lines.tried(LINES_PER_SEED);
      }
    }
  }

  private static void fuzz(long seed) {
    var random = new Random(seed);
    var encoder = new AuditLineEncoder();
    ByteBuffer target = ByteBuffer.allocate(AuditLineEncoder.MAX_LINE_BYTES);
    int records = 0;
    for (int i = 0; i < LINES_PER_SEED; i++) {
      byte[] line = mutate(CORPUS[random.nextInt(CORPUS.length)], random).getBytes(ISO_8859_1);
      AuditRecord record = AuditLine.parse(line);
      if (record != null) {
        records++;
        target.clear();
        int length = encoder.encode(record, target);
        assertThat(Arrays.copyOf(target.array(), length - 1))
            .as("seed %s, line %s: %s", seed, i, new String(line, ISO_8859_1))
            .isEqualTo(line);
      }
    }
    // The mutator is of no use if nearly all, or nearly none, of its lines are records.
    assertThat(records).isBetween(LINES_PER_SEED / 10, LINES_PER_SEED * 9 / 10);
  }

  private static String mutate(String line, Random random) {
    var text = new StringBuilder(line);
    for (int left = random.nextInt(4); left >= 0; left--) {
      int from = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), from + random.nextInt(4));
      switch (random.nextInt(5)) {
        case 0 -> text.delete(from, to);
        case 1 -> text.insert(from, PIECES[random.nextInt(PIECES.length)]);
        case 2 -> text.replace(from, to, PIECES[random.nextInt(PIECES.length)]);
        case 3 -> text.replace(from, to, "" + (char) random.nextInt(256));
        default -> text.insert(from, text.substring(from, to));
      }
    }
    return text.toString();
  }
}
