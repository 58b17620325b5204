// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.Transport;
import io.kauditd.testkit.TransportContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The rules for transports. The daemon is the directory: it can be taken away, or be full. */
class FileTransportContractTest {
  abstract static class Base extends TransportContract {
    private static final String BEFORE_THE_TEXT = "): ";

    private final FlushMode mode;

    Base(FlushMode mode) {
      this.mode = mode;
    }

    abstract Path directory();

    Path log() {
      return directory().resolve("audit.log");
    }

    @Override
    protected Transport newTransport() {
      return FileTransport.builder(log()).flush(mode).build();
    }

    @Override
    protected List<String> arrived() throws IOException {
      return texts(log());
    }

    static List<String> texts(Path log) throws IOException {
      String all = Files.exists(log) ? Files.readString(log, ISO_8859_1) : "";
      return all.lines()
          .map(line -> line.substring(line.indexOf(BEFORE_THE_TEXT) + BEFORE_THE_TEXT.length()))
          .toList();
    }

    @Override
    protected boolean takenMeansArrived() {
      return true;
    }

    @Override
    protected boolean stopDaemon() throws IOException {
      Files.move(directory(), away());
      return true;
    }

    @Override
    protected void startDaemon() throws IOException {
      Files.move(away(), directory());
    }

    private Path away() {
      return directory().resolveSibling("away");
    }
  }

  @Nested
  class OnADisk extends Base {
    @TempDir private Path dir;

    OnADisk() {
      super(FlushMode.INCREMENTAL);
    }

    @BeforeEach
    void makeDirectory() throws IOException {
      Files.createDirectory(directory());
    }

    @Override
    Path directory() {
      return dir.resolve("logs");
    }
  }

  /** A file for each host; these records are all of this one. */
  @Nested
  class WithAFileForEachHost extends OnADisk {
    @Override
    Path log() {
      return directory().resolve("localhost.log");
    }

    /** Some odd records of the contract name a node; what is sent behind them does not. */
    @Override
    protected List<String> arrived() throws IOException {
      var all = new ArrayList<>(texts(directory().resolve("web1.log")));
      all.addAll(super.arrived());
      return all;
    }

    @Override
    protected Transport newTransport() {
      var provider = new FileTransportProvider();
      return provider.create(
          PluginConfig.of(
              provider.options(), Map.of("path", directory().resolve("%{node}.log").toString())));
    }
  }

  @Nested
  class OnASmallDisk extends Base {
    private static final int DISK_KIB = 4096;

    @TempDir private Path dir;
    private @Nullable SmallDisk disk;
    private @Nullable Path filler;

    OnASmallDisk() {
      super(FlushMode.DATA);
    }

    @BeforeEach
    void mount() throws Exception {
      disk = SmallDisk.mount(dir, DISK_KIB);
      Files.createDirectory(directory());
    }

    @AfterEach
    void unmount() throws Exception {
      if (disk != null) {
        disk.close();
      }
    }

    private SmallDisk disk() {
      return Objects.requireNonNull(disk, "mounted");
    }

    @Override
    Path directory() {
      return disk().root().resolve("logs");
    }

    @Override
    protected boolean stallDaemon() throws IOException {
      filler = disk().fillUpTo(0);
      return true;
    }

    @Override
    protected void resumeDaemon() throws IOException {
      Files.delete(Objects.requireNonNull(filler, "stalled"));
    }
  }
}
