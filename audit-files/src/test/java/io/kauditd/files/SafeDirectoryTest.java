// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** With native access, and without. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class SafeDirectoryTest {
  private static final Path NAME = Path.of("a.log");

  @Parameter boolean isNative;
  @TempDir Path temp;
  private Path dir;

  @BeforeEach
  void choose() throws IOException {
    System.setProperty("kauditd.files.native", Boolean.toString(isNative));
    dir = temp.toRealPath();
    Files.createDirectory(dir.resolve("real"));
  }

  @AfterEach
  void forget() {
    System.clearProperty("kauditd.files.native");
  }

  @Test
  void linksAreFollowedAndTheirEndIsShown() throws Exception {
    Files.createSymbolicLink(dir.resolve("relative"), Path.of("real"));
    Files.createSymbolicLink(dir.resolve("absolute"), dir.resolve("relative"));
    Files.createDirectory(dir.resolve("bär ß"));
    for (String path : List.of("real", "relative", "absolute", "bär ß/../absolute/.", "./real")) {
      try (var directory = SafeDirectory.open(dir.resolve(path))) {
        assertThat(directory.shown()).as(path).isEqualTo(dir.resolve("real"));
      }
    }
    try (var directory = SafeDirectory.open(dir.resolve("bär ß"))) {
      directory.create(NAME).close();
      assertThat(dir.resolve("bär ß/a.log")).exists();
    }
    assertThatThrownBy(() -> SafeDirectory.open(dir.resolve("nothing")))
        .isInstanceOf(NoSuchFileException.class);
    Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> SafeDirectory.open(dir.resolve("file/below")))
        .hasMessage(dir.resolve("file") + " is not a directory");
  }

  @Test
  void aNameThatIsNoTextIsKeptByteForByte() throws Exception {
    byte[] odd = {'/', (byte) 0xff, ' ', '%', 'a', (byte) 0xe4, '\n', 'b'};
    assertThat(PathBytes.of(PathBytes.toPath(odd))).isEqualTo(odd);
    byte[] name = {(byte) 0xff, '%', '2', '0'};
    assertThat(PathBytes.of(PathBytes.toPath(name))).isEqualTo(name);
    assertThat(PathBytes.of(Path.of("/"))).isEqualTo(new byte[] {'/'});
  }

  @Test
  void weaknessesAreOfTheDirectoriesOnTheWay() throws Exception {
    Path open = Files.createDirectory(dir.resolve("open"));
    Path inner = Files.createDirectory(open.resolve("inner"));
    Files.setAttribute(open, "unix:mode", 0777);
    try (var directory = SafeDirectory.open(inner)) {
      assertThat(directory.weaknesses())
          .anySatisfy(weakness -> {
            assertThat(weakness.directory()).isEqualTo(open);
            assertThat(weakness.kind()).isEqualTo(SafeDirectory.Weakness.Kind.WRITABLE_FOR_ALL);
          });
      assertThat(directory.isShared()).isFalse();
    }
    try (var directory = SafeDirectory.open(open)) {
      assertThat(directory.isShared()).isTrue();
    }
  }

  @Test
  void aGroupThatMayWriteIsAWeaknessUnlessItIsOurOwn() throws Exception {
    Path open = Files.createDirectory(dir.resolve("group"));
    Files.setAttribute(open, "unix:mode", 0775);
    try (var directory = SafeDirectory.open(open)) {
      assertThat(directory.weaknesses()).noneMatch(each -> each.directory().equals(open));
    }
    assumeTrue(SafeDirectory.ownUserId() == 0, "only root gives files to another group");
    Files.setAttribute(open, "unix:gid", 12_345);
    var weakness =
        new SafeDirectory.Weakness(open, SafeDirectory.Weakness.Kind.ANOTHER_GROUPS, 12_345);
    try (var directory = SafeDirectory.open(open)) {
      assertThat(directory.weaknesses()).contains(weakness);
      assertThat(directory.isShared()).as("its owner has chosen the group").isFalse();
    }
    Files.setAttribute(open, "unix:mode", 01775);
    try (var directory = SafeDirectory.open(open)) {
      assertThat(directory.weaknesses()).doesNotContain(weakness);
    }
  }

  @Test
  void aDirectoryThatWasReplacedIsNotTheOneThatWasOpened() throws Exception {
    Path real = dir.resolve("real");
    try (var directory = SafeDirectory.open(real)) {
      directory.create(NAME).close();
      Files.move(real, dir.resolve("moved"));
      Files.createDirectory(real);
      Files.writeString(real.resolve("a.log"), "of another");
      if (isNative) {
        try (Place found = requireNonNull(directory.find(NAME))) {
          assertThat(found.status().sizeBytes()).isZero();
        }
        directory.rename(NAME, Path.of("b.log"));
        assertThat(dir.resolve("moved/b.log")).exists();
      } else {
        assertThatThrownBy(() -> directory.create(Path.of("c.log")))
            .isInstanceOf(UnfitFileException.class)
            .hasMessageContaining("was replaced");
      }
      assertThat(real.resolve("a.log")).hasContent("of another");
    }
  }

  @Test
  void whatIsThereIsNotMadeAgain() throws Exception {
    Path target = dir.resolve("target");
    Files.createSymbolicLink(dir.resolve("real/a.log"), target);
    try (var directory = SafeDirectory.open(dir.resolve("real"))) {
      assertThatThrownBy(() -> directory.create(NAME))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(target).doesNotExist();
      try (Place found = requireNonNull(directory.find(NAME))) {
        assertThat(found.status().isSymbolicLink()).isTrue();
        assertThat(found.readLink()).isEqualTo(target);
      }
      try (PartFile part = PartFile.beside(directory, NAME)) {
        assertThat(PartFile.isOf(NAME, part.name())).isTrue();
        assertThat(PartFile.isOf(Path.of("b.log"), part.name())).isFalse();
        assertThat(directory.names()).contains(part.name());
      }
      assertThat(directory.names()).containsExactly(NAME);
    }
  }
}
