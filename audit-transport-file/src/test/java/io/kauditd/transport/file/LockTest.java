// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.reasonOfFailure;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * There is one writer: whatever others in its process do with the file, under whatever name it is
 * opened, with native access and without.
 */
class LockTest {
  private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
  private static final String PLAIN = "-Dkauditd.files.native=false";

  @TempDir Path dir;
  private Path log;

  @BeforeEach
  void name() throws IOException {
    log = dir.toRealPath().resolve("audit.log");
  }

  static Stream<List<String>> pairs() {
    return Stream.of(
        List.of(NATIVE, NATIVE),
        List.of(NATIVE, PLAIN),
        List.of(PLAIN, NATIVE),
        List.of(PLAIN, PLAIN));
  }

  /** A second program's answer: why it could not open the log, or that it could. */
  private static String second(String option, Path path) throws Exception {
    Process process = Children.java(List.of(), List.of(option), SendingChild.class, path + "");
    try (var child = new SendingChild.Remote(process)) {
      return child.reopen();
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theSecondIsRefusedHoweverOftenTheFirstOpensAndClosesTheFile(List<String> pair)
      throws Exception {
    try (var holder = LockingChild.start(log, pair.get(0))) {
      holder.readLog();
      assertThat(second(pair.get(1), log))
          .isEqualTo(
              "Failed "
                  + log
                  + " is being written by process "
                  + holder.pid()
                  + "; stop it or choose another file");
      holder.writeUntilRotated();
      holder.readLog();
      assertThat(second(pair.get(1), log)).contains("is being written by process " + holder.pid());
    }
    assertThat(second(pair.get(1), log)).isEqualTo("Connected");
    try (var files = Files.list(dir)) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .doesNotContain(".audit.log.lock")
          .noneMatch(name -> name.endsWith(".part"));
    }
  }

  @Test
  void otherNamesOfTheFileAreTheSameFile() throws Exception {
    Path aliases = Files.createDirectory(log.resolveSibling("aliases"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), dir.toRealPath());
    try (var holder = LockingChild.start(log, NATIVE)) {
      Path hard = Files.createLink(aliases.resolve("other.log"), log);
      holder.readLog();
      assertThat(second(NATIVE, hard)).contains("is being written by process " + holder.pid());
      assertThat(second(NATIVE, link.resolve("audit.log")))
          .contains("is being written by process " + holder.pid());
    }
  }

  @Test
  void twoTransportsOfOneProgramAreTwoWriters() throws Exception {
    try (var first = FileTransport.builder(log).build();
        var second = FileTransport.builder(log).build()) {
      open(first);
      for (int i = 0; i < 3; i++) {
        Files.readAllBytes(log);
        assertThat(reasonOfFailure(second))
            .isEqualTo(log + " is being written by this process already");
      }
      assertThat(second(NATIVE, log)).contains("is being written by process");
      first.reset();
      open(second);
      assertThat(reasonOfFailure(first)).contains("by this process already");
    }
  }

  @Test
  void alsoThoseWhoAskForALockOfTheJdkSeeIt() throws Exception {
    try (var transport = FileTransport.builder(log).build()) {
      open(transport);
      try (FileChannel other = FileChannel.open(log, StandardOpenOption.WRITE)) {
        assertThat(other.tryLock()).isNull();
      }
    }
    try (FileChannel other = FileChannel.open(log, StandardOpenOption.WRITE)) {
      assertThat(other.tryLock()).isNotNull();
    }
  }

  @Test
  void whatAKilledProgramLeftIsNoLock() throws Exception {
    var holder = LockingChild.start(log, PLAIN);
    assertThat(log.resolveSibling(".audit.log.lock")).exists();
    holder.kill();
    assertThat(log.resolveSibling(".audit.log.lock")).exists();
    assertThat(second(NATIVE, log)).isEqualTo("Connected");
    assertThat(second(PLAIN, log)).isEqualTo("Connected");
    assertThat(log.resolveSibling(".audit.log.lock")).doesNotExist();
  }
}
