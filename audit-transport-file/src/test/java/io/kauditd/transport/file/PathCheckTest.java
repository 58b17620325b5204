// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.reasonOfFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathCheckTest {
  private static final int STICKY_FOR_ALL = 01777;
  private static final int WRITABLE_FOR_ALL = 0777;

  @TempDir Path dir;
  private Path real; // the directory without links

  @BeforeEach
  void resolve() throws IOException {
    real = dir.toRealPath();
  }

  private static String reason(Path path) {
    try (var transport = FileTransport.builder(path).build()) {
      return reasonOfFailure(transport);
    }
  }

  private static void opens(Path path) {
    try (var transport = FileTransport.builder(path).build()) {
      open(transport);
    }
  }

  private static void chmod(Path path, int mode) throws IOException {
    Files.setAttribute(path, "unix:mode", mode);
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws Exception {
    Path target = Files.writeString(real.resolve("precious"), "do not touch\n");
    Path link = Files.createSymbolicLink(real.resolve("audit.log"), target);
    assertThat(reason(link))
        .isEqualTo(link + " is a symbolic link, which is not followed; name the file itself");
    Path dangling = Files.createSymbolicLink(real.resolve("b.log"), real.resolve("nothing"));
    assertThat(reason(dangling)).contains("is a symbolic link");
    assertThat(target).hasContent("do not touch\n");
    assertThat(real.resolve("nothing")).doesNotExist();
  }

  @Test
  void aLinkThatTakesTheFilesPlaceIsNotFollowedEither() throws Exception {
    Path target = Files.writeString(real.resolve("precious"), "do not touch\n");
    Path log = real.resolve("audit.log");
    try (var transport = FileTransport.builder(log).build()) {
      open(transport);
      assertThat(transport.send(ListBatch.ofSerials(0, 1))).isEqualTo(SendResult.sent(1));
      Files.delete(log);
      Files.createSymbolicLink(log, target);
      SendResult result = transport.send(ListBatch.ofSerials(1, 2));
      assertThat(result.taken()).isZero();
      assertThat(result.error()).isEqualTo(SendError.ECONNREFUSED);
      assertThat(result.reason()).contains("is a symbolic link");
    }
    assertThat(target).hasContent("do not touch\n");
  }

  @Test
  void aLinkAmongTheDirectoriesIsFine() throws Exception {
    Path target = Files.createDirectory(real.resolve("target"));
    Path link = Files.createSymbolicLink(real.resolve("link"), target);
    opens(link.resolve("audit.log"));
    assertThat(target.resolve("audit.log")).exists();
  }

  @Test
  void directoriesMustBeThere() throws Exception {
    Path nowhere = real.resolve("no").resolve("where");
    assertThat(reason(nowhere.resolve("audit.log")))
        .isEqualTo("the directory " + nowhere + " does not exist; create it");
    Path file = Files.writeString(real.resolve("file"), "x");
    assertThat(reason(file.resolve("audit.log"))).contains(file.toString());
  }

  @Test
  void aDirectoryThatEveryoneMayWriteToIsRefused() throws Exception {
    Path open = Files.createDirectory(real.resolve("open"));
    Path inner = Files.createDirectory(open.resolve("inner"));
    chmod(open, WRITABLE_FOR_ALL);
    assertThat(reason(open.resolve("audit.log")))
        .startsWith("the directory " + open + " is writable for everyone");
    assertThat(reason(inner.resolve("audit.log")))
        .startsWith("the directory " + open + " is writable for everyone");
    chmod(open, STICKY_FOR_ALL);
    opens(open.resolve("audit.log"));
    opens(open.resolve("audit.log"));
    opens(inner.resolve("audit.log"));
  }

  @Test
  void inAStickyDirectoryAnothersFileIsRefused() throws Exception {
    Path open = Files.createDirectory(real.resolve("open"));
    chmod(open, STICKY_FOR_ALL);
    Path log = Files.createFile(open.resolve("audit.log"));
    Path second = Files.createLink(open.resolve("second"), log);
    assertThat(reason(log)).endsWith("and has another name as well");
    Files.delete(second);
    try {
      Files.setAttribute(log, "unix:uid", 65534);
    } catch (FileSystemException e) {
      assumeTrue(false, "only root gives files away");
    }
    assertThat(reason(log)).endsWith("and belongs to another user");
  }

  @Test
  void whatIsNoFileIsRefused() throws Exception {
    assertThat(reason(real)).isEqualTo(real + " is a directory; choose a file");
    assertThat(reason(Path.of("/"))).isEqualTo("/ is a directory; choose a file");
    Path pipe = real.resolve("pipe");
    try {
      Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
      assertThat(made.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } catch (IOException e) {
      assumeTrue(false, "mkfifo is not installed");
    }
    assertThat(reason(pipe)).isEqualTo(pipe + " is a pipe; choose a file, or a character device");
    Path socket = real.resolve("socket");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(reason(socket))
        .isEqualTo(socket + " is a socket; choose a file, or a character device");
  }

  @Test
  void inAnotherUsersDirectoryOnlyAnOwnFileIsTaken() throws Exception {
    Path theirs = Files.createDirectory(real.resolve("theirs"));
    Path log = theirs.resolve("audit.log");
    try {
      Files.setAttribute(theirs, "unix:uid", 65534);
    } catch (FileSystemException e) {
      assumeTrue(false, "only root gives directories away");
    }
    opens(log); // with a warning
    opens(log);
    Path second = Files.createLink(theirs.resolve("second"), log);
    assertThat(reason(log)).endsWith("and has another name as well");
    Files.delete(second);
    Files.setAttribute(log, "unix:uid", 65534);
    assertThat(reason(log)).endsWith("and belongs to another user");
  }

  @Test
  void aLinkOfAnotherUserAmongTheDirectoriesIsNotFollowed() throws Exception {
    Path open = Files.createDirectory(real.resolve("open"));
    chmod(open, STICKY_FOR_ALL);
    Path target = Files.createDirectory(real.resolve("target"));
    Path link = Files.createSymbolicLink(open.resolve("link"), target);
    opens(link.resolve("audit.log")); // an own one is
    try {
      Files.setAttribute(link, "unix:uid", 65534, java.nio.file.LinkOption.NOFOLLOW_LINKS);
    } catch (FileSystemException e) {
      assumeTrue(false, "only root gives links away");
    }
    assertThat(reason(link.resolve("b.log")))
        .startsWith(link + " is a symbolic link that belongs to another user");
    assertThat(target.resolve("b.log")).doesNotExist();
  }
}
