// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.cli.command.UserError;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamePlacesTest {
  @TempDir Path dir;
  private Path log;

  @BeforeEach
  void write() throws Exception {
    log = Files.writeString(dir.resolve("a.log"), "x\n");
  }

  private static void check(Path read, Path written) {
    SamePlaces.refuse(part("file:in", read), part("file:out", written));
  }

  private static Part part(String name, Path... files) {
    return new Part(name, List.of(files), Set.of());
  }

  private static Part at(String name, String... endpoints) {
    return new Part(
        name, List.of(), Stream.of(endpoints).map(URI::create).collect(Collectors.toSet()));
  }

  @Test
  void aSourceThatReceivesFromWhereItsTransportSendsToIsRefused() {
    Part source = at("queue:in", "queue://one.example/q", "queue://TWO.example/q");

    assertThatThrownBy(() -> SamePlaces.refuse(source, at("queue:out", "queue://two.example/q")))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "source 'queue:in' would receive what transport 'queue:out' sends, without an end, as"
                + " both use queue://");
    assertThatCode(
            () -> {
              SamePlaces.refuse(source, at("queue:out", "queue://two.example/r"));
              SamePlaces.refuse(source, at("null"));
              SamePlaces.refuseTwoWriters(source, source);
            })
        .doesNotThrowAnyException();
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
              () -> SamePlaces.refuseTwoWriters(part("file:a", log), part("file:b", other)))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("transports 'file:a' and 'file:b' have a file in common, " + log);
    }
    Path free = dir.resolve("b.log");
    assertThatCode(() -> SamePlaces.refuseTwoWriters(part("file:a", log), part("file:b", free)))
        .doesNotThrowAnyException();
  }

  @Test
  void aSummaryInThePlaceOfAFileOfTheRunIsRefused() throws Exception {
    Path soft = Files.createSymbolicLink(dir.resolve("soft"), log);
    for (Path summary : List.of(log, soft, dir.resolve(".").resolve("a.log"))) {
      assertThatThrownBy(() -> SamePlaces.refuseSummary(summary, "source 'x'", List.of(log)))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("--summary: '" + summary + "' is a file of source 'x'");
    }
    Path free = dir.resolve("free.json");
    assertThatThrownBy(() -> SamePlaces.refuseSummary(free, "transport 'x'", List.of(free)))
        .isInstanceOf(UserError.class);
    SamePlaces.refuseSummary(free, "transport 'x'", List.of(log));
    SamePlaces.refuseSummary(null, "transport 'x'", List.of(log));
    Path device = Path.of("/dev/null");
    SamePlaces.refuseSummary(device, "transport 'x'", List.of(device));
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
    SamePlaces.refuse(part("stdin"), part("file:out", log));
  }
}
