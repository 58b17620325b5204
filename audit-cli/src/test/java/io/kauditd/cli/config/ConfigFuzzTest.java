// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.TextMutator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a configuration file or a filter holds: it is taken, or the user is told in a line. */
class ConfigFuzzTest {
  private static final String HOCON =
      """
      source = "file:in.log", transport = ["file:out.log"]
      policy = ordered, backlog-limit = 8192, backlog-wait-time = 60 s
      include = USER_LOGIN, exclude = [1300-1399, kernel]
      plugins = [a.jar, b.jar]
      set { transport.sync = data, source { follow = true } }
      """;

  private static final String PROPERTIES =
      """
      source=file:in.log
      plugins.0=a.jar
      plugins.1=b.jar
      set.transport.sync=data
      """;

  private static final String[] PIECES = {
    "\\u12",
    "${source}",
    "include \"fuzzed.conf\"",
    "config = x",
    "plugins",
    "set",
    "-",
    "USER_LOGIN",
    "1300-1399"
  };

  /** One of so many inputs is also read as a file. */
  private static final int SELDOM = 100;

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"conf", "json", "properties"})
  @Tag(Deep.TAG)
  void aFileIsTakenOrRefusedInALine(String extension) throws IOException {
    Path file = dir.resolve("fuzzed." + extension);
    String sound =
        switch (extension) {
          case "conf" -> HOCON;
          case "json" ->
              "{\"source\":\"file:in.log\",\"set\":{\"transport.sync\":\"data\"},\"plugins\":[]}";
          default -> PROPERTIES;
        };
    var mutator = TextMutator.ofStructured(List.of(sound), PIECES);
    Files.writeString(file, sound); // some of the texts include it
    try (DeepSearch inputs =
        Deep.search("fuzzed configuration files", 1_000, 3_400_000, 34_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++) {
        byte[] bytes = mutator.next(new Random(seed)).getBytes(ISO_8859_1);
        boolean isWritten = seed % SELDOM == 0;
        if (isWritten) {
          Files.write(file, bytes);
        }
        Object outcome = outcome(seed, () -> ConfigFile.of(file, bytes, RunValues.NONE));
        if (isWritten) {
          assertThat(outcome(seed, () -> ConfigFile.read(file, RunValues.NONE)))
              .as("seed %d, as a file", seed)
              .isEqualTo(outcome);
        }
        inputs.tried(1);
      }
    }
  }

  /** What was read, or the line that the user sees. */
  private static Object outcome(long seed, Supplier<RunValues> reading) {
    try {
      return reading.get();
    } catch (UserError e) {
      String line = Harmless.line(String.valueOf(e.getMessage()));
      if (line.isBlank()) {
        throw new AssertionError("seed " + seed + ": nothing is said", e);
      }
      return line;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("seed " + seed + ": " + e, e);
    }
  }

  @Test
  void bracketsWithoutEndAreRefusedInALine() throws IOException {
    Path file = Files.writeString(dir.resolve("deep.conf"), "source = " + "[".repeat(100_000));
    assertThatThrownBy(() -> ConfigFile.read(file, RunValues.NONE))
        .isInstanceOf(UserError.class)
        .hasMessage("--config: " + file + ": its brackets are nested too deeply to be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"USER_LOGIN,1300-1399,kernel, user,UNKNOWN[1234]"})
  @Tag(Deep.TAG)
  void aFilterIsTakenOrRefusedInALine(String sound) {
    var mutator = TextMutator.ofStructured(List.of(sound), PIECES);
    try (DeepSearch inputs = Deep.search("fuzzed filters", 10_000, 10_000_000, 100_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++) {
        String text = mutator.next(new Random(seed));
        try {
          TypeFilter filter = TypeFilter.of(List.of(new UserValue(text, "--include")), List.of());
          assertThat(filter.include()).as("seed %d", seed).isNotEmpty();
        } catch (UserError e) {
          assertThat(e.getMessage()).as("seed %d", seed).startsWith("--include");
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + ": " + e + ": " + text, e);
        }
        inputs.tried(1);
      }
    }
  }
}
