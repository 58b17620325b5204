// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.TextMutator;
import io.kauditd.sources.Checkpoint.DamagedException;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever a checkpoint holds: a damaged one is refused by its checksum, and one that somebody has
 * edited, checksum and all, is refused or is a place that a file can have.
 */
class CheckpointFuzzTest {
  private static final String SUM = "crc32c ";

  private static final String[] PIECES = {
    "kauditd checkpoint 1\n",
    "kauditd checkpoint 2\n",
    "log ",
    "file ",
    "record ",
    "next ",
    "read ",
    "delivered ",
    "ended\n",
    SUM,
    "\n",
    " ",
    "+",
    "=",
    "-1",
    "0",
    "99999999999999999999",
    "9223372036854775807",
    "2147483648",
    "%00",
    "%",
    "%GG",
    "/",
    "name ",
    "offset ",
    "head ",
    "\0",
    "\u00FF",
    "0+0=",
    "5+3=ab"
  };

  private static final Checkpoint SOUND =
      new Checkpoint(
          "/var/log/audit.log",
          new Progress.Places(
              List.of(
                  place("/var/log/audit.log.1", 4096),
                  new FilePlace(
                      new FileId(1, 3, 5), "/var/log/a b.log", 0, Window.NONE, Window.NONE)),
              List.of(place("/var/log/audit.log.2", 5000)),
              List.of(read(Window.NONE), read(window(0)))),
          List.of(new Delivered.Line("line:ab", "text:cd"), new Delivered.Line("line:ab", "")),
          List.of("1:2:ab", "1:3:cd"),
          true);

  private static FilePlace place(String name, long offset) {
    return new FilePlace(new FileId(1, 2, 3), name, offset, window(0), window(offset - 3));
  }

  private static ReadFile read(Window window) {
    return new ReadFile(new FileId(1, 4, 6), new Contents.Content(window, window, 77));
  }

  private static Window window(long offset) {
    return new Window(offset, 3, Window.hash(new byte[3], 0, 3));
  }

  @Test
  @Tag(Deep.TAG)
  void aCheckpointIsReadOrRefusedInASentence() throws DamagedException {
    assertThat(Checkpoint.parse(SOUND.format())).isEqualTo(SOUND);
    var mutator = new TextMutator(List.of(SOUND.format(), SOUND.atEnd().format()), PIECES);
    try (DeepSearch inputs = Deep.search("fuzzed checkpoints", 20_000, 10_000_000, 100_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++) {
        var random = new Random(seed);
        String text = mutator.next(random);
        boolean isEdited = random.nextBoolean();
        try {
          check(isEdited ? withItsSum(text) : text, isEdited);
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
          throw new AssertionError("seed " + seed + ": " + e + ": " + text, e);
        }
        inputs.tried(1);
      }
    }
  }

  private static void check(String text, boolean isEdited) {
    Checkpoint read;
    try {
      read = Checkpoint.parse(text);
    } catch (DamagedException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      return;
    }
    if (!isEdited) {
      assertThat(read).isEqualTo(SOUND);
    }
    for (FilePlace file : read.places().files()) {
      assertThat(file.offset()).as("offset").isNotNegative();
      check(file.head());
      check(file.last());
    }
    for (ReadFile file : read.places().read()) {
      assertThat(file.content().sizeBytes()).as("size").isNotNegative();
      check(file.content().head());
      check(file.content().end());
    }
  }

  private static void check(Window window) {
    assertThat(window.offset()).as("offset of a window").isNotNegative();
    assertThat(window.length()).as("length of a window").isBetween(0, Window.HEAD_BYTES);
  }

  /** As somebody would edit it who knows of the checksum. */
  private static String withItsSum(String text) {
    int end = text.lastIndexOf(SUM);
    String lines = end < 0 ? text : text.substring(0, end);
    var sum = new CRC32C();
    sum.update(lines.getBytes(ISO_8859_1));
    return lines + SUM + "%08x".formatted(sum.getValue()) + "\n";
  }
}
