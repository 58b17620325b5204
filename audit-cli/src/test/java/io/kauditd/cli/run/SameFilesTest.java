// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.cli.command.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SameFilesTest {
  @TempDir Path dir;
  private Path log;

  @BeforeEach
  void write() throws Exception {
    log = Files.writeString(dir.resolve("a.log"), "x\n");
  }

  private static void check(Path read, Path written) {
    SameFiles.refuse("file:in", List.of(read), "file:out", List.of(written));
  }

  private static void refused(Path read, Path written) {
    assertThatThrownBy(() -> check(read, written))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("have a file in common");
  }

  @Test
  void theSameFileIsRefusedUnderAnyName() throws Exception {
    refused(log, log);
    refused(log, dir.resolve(".").resolve("a.log"));
    refused(log, Files.createSymbolicLink(dir.resolve("soft"), log));
    refused(log, Files.createLink(dir.resolve("hard"), log));
    Path alias = Files.createSymbolicLink(dir.resolve("alias"), dir);
    refused(log, alias.resolve("a.log"));
    refused(dir.resolve("new.log"), alias.resolve("new.log"));
  }

  @Test
  void twoWritersOfOneFileAreRefused() {
    for (Path other : List.of(log, dir.resolve(".").resolve("a.log"), dir.resolve("a.log.1"))) {
      assertThatThrownBy(
              () -> SameFiles.refuseTwoWriters("file:a", List.of(log), "file:b", List.of(other)))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("transports 'file:a' and 'file:b' have a file in common, " + log);
    }
    Path free = dir.resolve("b.log");
    assertThatCode(
            () -> SameFiles.refuseTwoWriters("file:a", List.of(log), "file:b", List.of(free)))
        .doesNotThrowAnyException();
  }

  @Test
  void aSummaryInThePlaceOfAFileOfTheRunIsRefused() throws Exception {
    Path soft = Files.createSymbolicLink(dir.resolve("soft"), log);
    for (Path summary : List.of(log, soft, dir.resolve(".").resolve("a.log"))) {
      assertThatThrownBy(() -> SameFiles.refuseSummary(summary, "source 'x'", List.of(log)))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("--summary: '" + summary + "' is a file of source 'x'");
    }
    Path free = dir.resolve("free.json");
    assertThatThrownBy(() -> SameFiles.refuseSummary(free, "transport 'x'", List.of(free)))
        .isInstanceOf(UserError.class);
    SameFiles.refuseSummary(free, "transport 'x'", List.of(log));
    SameFiles.refuseSummary(null, "transport 'x'", List.of(log));
    Path device = Path.of("/dev/null");
    SameFiles.refuseSummary(device, "transport 'x'", List.of(device));
  }

  @Test
  void aRotatedFileOfTheOtherIsRefused() throws Exception {
    refused(dir.resolve("a.log.1"), log);
    refused(log, dir.resolve("a.log.7"));
    refused(dir.resolve("a.log.12.gz"), log);
    Path rotated = Files.writeString(dir.resolve("a.log.1"), "y\n");
    refused(Files.createSymbolicLink(dir.resolve("link"), rotated), log);
    refused(Files.createLink(dir.resolve("hard"), rotated), log);
  }

  @Test
  void otherFilesAreNot() throws Exception {
    assertThatCode(() -> check(log, dir.resolve("b.log"))).doesNotThrowAnyException();
    assertThatCode(() -> check(log, dir.resolve("a.log2"))).doesNotThrowAnyException();
    assertThatCode(() -> check(log, dir.resolve("a.log.new"))).doesNotThrowAnyException();
    Path other = Files.createDirectory(dir.resolve("other"));
    assertThatCode(() -> check(log, other.resolve("a.log"))).doesNotThrowAnyException();
    SameFiles.refuse("stdin", List.of(), "file:out", List.of(log));
  }
}
