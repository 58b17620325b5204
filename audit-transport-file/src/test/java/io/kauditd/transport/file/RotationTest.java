// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.assertSerials;
import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.sendAll;
import static io.kauditd.transport.file.Logs.serials;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RotationTest {
  private static final String LINE = "type=USER_LOGIN msg=audit(1.000:1): x\n";
  private static final int LONGEST_LINE = 100; // of those that these tests write

  @TempDir Path dir;
  private Path log;

  @BeforeEach
  void name() {
    log = dir.resolve("audit.log");
  }

  private Path rotated(int number) {
    return dir.resolve("audit.log." + number);
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @ParameterizedTest
  @EnumSource(FlushMode.class)
  void aLogThatIsLargeEnoughIsRotated(FlushMode mode) throws Exception {
    int records = 1000;
    try (var transport =
        FileTransport.builder(log).maxSizeBytes(4096).keep(900).flush(mode).build()) {
      open(transport);
      sendAll(transport, 0, records);
    }
    var all = new ArrayList<Long>();
    int files = 1;
    while (Files.exists(rotated(files))) {
      assertThat(Files.size(rotated(files))).isBetween(4096L, 4096L + LONGEST_LINE);
      assertThat(permissions(rotated(files))).isEqualTo("r--------");
      all.addAll(0, serials(rotated(files)));
      files++;
    }
    assertThat(files).isGreaterThan(10);
    assertThat(permissions(log)).isEqualTo("rw-------");
    all.addAll(serials(log));
    assertSerials(all, 0, records);
  }

  @Test
  void onlySoManyAreKept() throws Exception {
    try (var transport = FileTransport.builder(log).maxSizeBytes(4096).keep(2).build()) {
      open(transport);
      sendAll(transport, 0, 1000);
    }
    try (var files = Files.list(dir)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("audit.log", "audit.log.1", "audit.log.2");
    }
    List<Long> kept = new ArrayList<>(serials(rotated(2)));
    kept.addAll(serials(rotated(1)));
    kept.addAll(serials(log));
    assertSerials(kept, 1000 - kept.size(), 1000);
  }

  @Test
  void aNumberThatACrashLeftFreeIsFilled() throws Exception {
    Files.writeString(log, LINE.repeat(4096 / LINE.length() + 1));
    long size = Files.size(log);
    Files.writeString(rotated(1), "1");
    Files.writeString(rotated(3), "3");
    try (var transport = FileTransport.builder(log).maxSizeBytes(4096).keep(5).build()) {
      open(transport);
      sendAll(transport, 0, 1);
    }
    assertThat(Files.size(rotated(1))).isEqualTo(size);
    assertThat(rotated(2)).hasContent("1");
    assertThat(rotated(3)).hasContent("3");
    assertThat(rotated(4)).doesNotExist();
    assertThat(serials(log)).containsExactly(0L);
  }

  @Test
  void aGroupThatMayReadTheLogMayReadRotatedOnes() throws Exception {
    String group =
        Files.readAttributes(dir, java.nio.file.attribute.PosixFileAttributes.class)
            .group()
            .getName();
    try (var transport = FileTransport.builder(log).maxSizeBytes(4096).group(group).build()) {
      open(transport);
      sendAll(transport, 0, 100);
    }
    assertThat(permissions(rotated(1))).isEqualTo("r--r-----");
  }

  @Test
  void withoutASizeNothingIsRotated() throws Exception {
    try (var transport = FileTransport.builder(log).build()) {
      open(transport);
      sendAll(transport, 0, 20_000);
    }
    assertThat(rotated(1)).doesNotExist();
  }
}
