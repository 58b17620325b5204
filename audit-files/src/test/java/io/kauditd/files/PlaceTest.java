// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
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
class PlaceTest {
  @Parameter boolean isNative;
  @TempDir Path dir;
  private Path file;
  private Path link;

  @BeforeEach
  void choose() throws IOException {
    System.setProperty("kauditd.files.native", Boolean.toString(isNative));
    file = Files.writeString(dir.resolve("file"), "first");
    link = Files.createSymbolicLink(dir.resolve("link"), Path.of("file"));
  }

  @AfterEach
  void forget() {
    System.clearProperty("kauditd.files.native");
  }

  private static String read(Place place) throws IOException {
    try (var in = Channels.newInputStream(place.open(Set.of(StandardOpenOption.READ)))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void aLinkIsFollowedToWhatIsRead() throws Exception {
    try (Place place = Place.at(link)) {
      assertThat(place.status().isRegular()).isTrue();
      assertThat(read(place)).isEqualTo("first");
    }
    assertThatThrownBy(() -> Place.at(dir.resolve("none"))).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aNameThatLeadsElsewhereByNowIsNotRead() throws Exception {
    try (Place place = Place.at(link)) {
      Path other = Files.writeString(dir.resolve("other"), "second");
      Files.move(file, dir.resolve("moved"));
      Files.move(other, file);
      if (isNative) {
        assertThat(place.status().sizeBytes()).isEqualTo("first".length());
        assertThat(read(place)).isEqualTo("first");
      } else {
        assertThatThrownBy(place::status).isInstanceOf(UnfitFileException.class);
        assertThatThrownBy(() -> read(place)).isInstanceOf(UnfitFileException.class);
      }
    }
  }
}
