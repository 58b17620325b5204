// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

class CountsTest {
  @Test
  void oneIsNoPlural() {
    assertThat(Counts.of(0, "record")).isEqualTo("0 records");
    assertThat(Counts.of(1, "record")).isEqualTo("1 record");
    assertThat(Counts.of(2, "record")).isEqualTo("2 records");
    assertThat(Counts.of(1, "is", "are")).isEqualTo("1 is");
    assertThat(Counts.of(7, "is", "are")).isEqualTo("7 are");
  }

  @Test
  void aReasonNamesNoClassAndNoFile() {
    String full = "No space left on device";
    assertThat(Reasons.of(new IOException(full))).isEqualTo(full);
    assertThat(Reasons.of(new FileSystemException("/a", null, full))).isEqualTo(full);
    assertThat(Reasons.of(new NoSuchFileException("/a"))).isEqualTo("No such file or directory");
    assertThat(Reasons.of(new AccessDeniedException("/a"))).isEqualTo("Permission denied");
    assertThat(Reasons.of(new IOException((String) null))).isEqualTo("no reason is known");
  }

  @Test
  void aFullDiskIsKnownWhateverSaysSo() {
    var full = new FileSystemException("/a", null, "No space left on device");
    assertThat(Reasons.isNoRoom(new IOException("cannot write /a", full))).isTrue();
    assertThat(Reasons.isNoRoom(new IOException("Input/output error"))).isFalse();
  }

  @Test
  void aFullDiskIsKnownInTheWordsOfThisMachine() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "there is no /dev/full");
    try (var channel = FileChannel.open(full, StandardOpenOption.WRITE)) {
      assertThatThrownBy(() -> channel.write(ByteBuffer.wrap(new byte[1])))
          .isInstanceOfSatisfying(
              IOException.class, failure -> assertThat(Reasons.isNoRoom(failure)).isTrue());
    }
  }
}
