// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.OpenResult;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody renames what a log's path leads through, as fast as he can, while the log is opened,
 * written and rotated: what he would have harmed stays as it was.
 */
class NameSwapTest {
  private static final String VICTIM = "type=USER_LOGIN msg=audit(1.000:1): precious";
  private static final int OTHERS_READ = 0644;

  @TempDir Path temp;
  private Path dir;
  private Path victim;

  @BeforeEach
  void makeVictim() throws IOException {
    dir = temp.toRealPath();
    victim = Files.createDirectory(dir.resolve("victims")).resolve("audit.log");
    Files.writeString(victim, VICTIM); // torn, so that it would be cut
    Files.setAttribute(victim, "unix:mode", OTHERS_READ);
  }

  /** Exchanges a good thing and a bad one under a name until it is told to stop. */
  private static Thread swap(Path name, Path good, Path bad, AtomicBoolean stop) {
    return Thread.ofPlatform()
        .start(() -> {
          while (!stop.get()) {
            move(name, good);
            move(bad, name);
            move(name, bad);
            move(good, name);
          }
        });
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // the transport has made something there, or taken it away
    }
  }

  private void openAgainAndAgain(Path log, String what) {
    int opened = 0;
    try (DeepSearch search =
        Deep.search("opened while " + what + " are swapped", 200, 20_000, 200_000)) {
      while (search.goesOn()) {
        try (var transport = FileTransport.builder(log).maxSizeBytes(4096).keep(2).build()) {
          if (transport.open(new NoEngine()).outcome() == OpenResult.Outcome.CONNECTED) {
            opened++;
          }
          transport.send(ListBatch.ofSerials(0, 100));
          transport.send(ListBatch.ofSerials(100, 101));
        }
        search.tried(1);
      }
    }
    assertThat(opened).as("opened at all").isPositive();
  }

  private void assertUnharmed() throws IOException {
    assertThat(Files.readString(victim)).isEqualTo(VICTIM);
    assertThat((int) Files.getAttribute(victim, "unix:mode") & 07777).isEqualTo(OTHERS_READ);
    try (var names = Files.list(victim.getParent())) {
      assertThat(names).containsExactly(victim);
    }
  }

  @Test
  @Tag(Deep.TAG)
  void aLinkInThePlaceOfTheLog() throws Exception {
    Path log = Files.createDirectory(dir.resolve("logs")).resolve("audit.log");
    Path link = Files.createSymbolicLink(dir.resolve("link"), victim);
    var stop = new AtomicBoolean();
    Thread swapper = swap(log, dir.resolve("away"), link, stop);
    try {
      openAgainAndAgain(log, "the log and a link");
    } finally {
      stop.set(true);
      swapper.join();
    }
    assertUnharmed();
  }

  @Test
  @Tag(Deep.TAG)
  void aLinkOfAnotherUserInThePlaceOfADirectory() throws Exception {
    Path shared = Files.createDirectory(dir.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);
    Path logs = Files.createDirectory(shared.resolve("logs"));
    Path link = Files.createSymbolicLink(shared.resolve("link"), victim.getParent());
    try {
      Files.setAttribute(link, "unix:uid", 65534, java.nio.file.LinkOption.NOFOLLOW_LINKS);
    } catch (FileSystemException e) {
      org.junit.jupiter.api.Assumptions.assumeTrue(false, "only root gives links away");
    }
    var stop = new AtomicBoolean();
    Thread swapper = swap(logs, shared.resolve("away"), link, stop);
    try {
      openAgainAndAgain(logs.resolve("audit.log"), "a directory and a link");
    } finally {
      stop.set(true);
      swapper.join();
    }
    assertUnharmed();
  }
}
