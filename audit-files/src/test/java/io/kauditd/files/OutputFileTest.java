// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With native access, and without. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class OutputFileTest {
  private static final int NOBODY = 65534;

  @Parameter boolean isNative;
  @TempDir Path temp;
  private Path dir;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void choose() throws IOException {
    System.setProperty("kauditd.files.native", Boolean.toString(isNative));
    assertThat(Libc.isUsable()).isEqualTo(isNative);
    dir = temp.toRealPath();
  }

  @AfterEach
  void forget() {
    System.clearProperty("kauditd.files.native");
  }

  private OutputFile file(Path path) {
    return new OutputFile(path, out, err);
  }

  private void write(Path path, String text) throws IOException {
    file(path).check();
    file(path).write(text.getBytes(UTF_8));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aFileIsReplacedWhole() throws Exception {
    Path path = dir.resolve("a.json");
    write(path, "one");
    assertThat(path).hasContent("one");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    Object before = Files.getAttribute(path, "unix:ino");
    write(path, "two");
    assertThat(path).hasContent("two");
    assertThat(mode(path)).isEqualTo("rw-r-----");
    assertThat(Files.getAttribute(path, "unix:ino")).isNotEqualTo(before);
    try (var names = Files.list(dir)) {
      assertThat(names).containsExactly(path);
    }
  }

  @Test
  void aNewFileHasThePermissionsThatTheUserGivesFiles() throws Exception {
    Path usual = Files.createFile(dir.resolve("usual"));
    write(dir.resolve("a.json"), "one");
    assertThat(mode(dir.resolve("a.json"))).isEqualTo(mode(usual));
    try (var stream = file(dir.resolve("received")).append()) {
      stream.write('x');
    }
    assertThat(mode(dir.resolve("received"))).isEqualTo("rw-------");
    try (var stream = file(dir.resolve("received")).append()) {
      stream.write('y');
    }
    assertThat(dir.resolve("received")).hasContent("xy");
  }

  @Test
  void aLinkStaysAndWhatItLeadsToIsWritten() throws Exception {
    Path sub = Files.createDirectory(dir.resolve("sub"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("sub/target"));
    Path second = Files.createSymbolicLink(dir.resolve("second"), link);
    write(second, "one");
    assertThat(sub.resolve("target")).hasContent("one");
    write(link, "two");
    assertThat(sub.resolve("target")).hasContent("two");
    assertThat(link).isSymbolicLink();
    assertThat(second).isSymbolicLink();
    Path loop = Files.createSymbolicLink(dir.resolve("loop"), Path.of("loop"));
    assertThatThrownBy(() -> write(loop, "x")).hasMessageContaining("Too many levels");
  }

  @Test
  void aLinkOfAnotherUserInASharedDirectoryIsNot() throws Exception {
    Path shared = Files.createDirectory(dir.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);
    Path precious = Files.writeString(dir.resolve("precious"), "precious");
    Path link = Files.createSymbolicLink(shared.resolve("link"), precious);
    try {
      Files.setAttribute(link, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    } catch (FileSystemException e) {
      assumeTrue(false, "only root gives links away");
    }
    assertThatThrownBy(() -> write(link, "x")).hasMessageContaining("belongs to another user");
    assertThatThrownBy(() -> file(link).append()).hasMessageContaining("belongs to another user");
    assertThat(precious).hasContent("precious");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAnotherUserLaidInASharedDirectoryIsNotWrittenTo(boolean isPipe) throws Exception {
    Path shared = Files.createDirectory(dir.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);
    Path laid = shared.resolve("a.json");
    if (isPipe) {
      assertThat(new ProcessBuilder("mkfifo", laid.toString()).start().waitFor()).isZero();
    } else {
      Files.createFile(laid);
    }
    try {
      Files.setAttribute(laid, "unix:uid", NOBODY);
    } catch (FileSystemException e) {
      assumeTrue(false, "only root gives files away");
    }
    assertThatThrownBy(() -> file(laid).check()).hasMessageContaining("belongs to another user");
    assertThatThrownBy(() -> write(laid, "x")).hasMessageContaining("belongs to another user");
    assertThatThrownBy(() -> file(laid).append()).hasMessageContaining("belongs to another user");
    write(shared.resolve("own.json"), "one");
    write(shared.resolve("own.json"), "two");
    assertThat(shared.resolve("own.json")).hasContent("two");
  }

  @Test
  void theOwnerOfAFileKeepsIt() throws Exception {
    Path path = Files.writeString(dir.resolve("a.json"), "theirs");
    try {
      Files.setAttribute(path, "unix:uid", NOBODY);
    } catch (FileSystemException e) {
      assumeTrue(false, "only root gives files away");
    }
    write(path, "ours");
    assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(NOBODY);
    assertThat(path).hasContent("ours");
  }

  private static void run(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      assumeTrue(
          process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0,
          String.join(" ", command) + " does not work here");
    } catch (IOException e) {
      assumeTrue(false, command[0] + " is not installed");
    }
  }

  @Test
  void devicesAndPipesAreWrittenThrough() throws Exception {
    Path device = dir.resolve("null");
    run("mknod", device.toString(), "c", "1", "3");
    write(device, "gone");
    assertThat((int) Files.getAttribute(device, "unix:mode") & 0170000).isEqualTo(0020000);
    assertThatThrownBy(() -> write(Path.of("/dev/full"), "x"))
        .hasMessageContaining("No space left on device");

    Path pipe = dir.resolve("pipe");
    run("mkfifo", pipe.toString());
    Process reader = new ProcessBuilder("cat", pipe.toString()).start();
    assertThat(file(pipe).isPipe()).isTrue();
    assertThat(file(device).isPipe()).isFalse();
    assertThat(file(dir.resolve("new")).isPipe()).isFalse();
    write(pipe, "through the pipe");
    assertThat(new String(reader.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("through the pipe");
    assertThat((int) Files.getAttribute(pipe, "unix:mode") & 0170000).isEqualTo(0010000);
  }

  @Test
  void thisProgramsOwnOutputIsTheSameUnderEveryName() throws Exception {
    Path link = Files.createSymbolicLink(dir.resolve("stdout"), Path.of("/proc/self/fd/1"));
    write(link, "a");
    write(Path.of("/proc/self/fd/1"), "b");
    write(Path.of("/dev/stdout"), "c");
    assertThat(out.toString(UTF_8) + err.toString(UTF_8)).isEqualTo("abc");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void whatCannotBeWrittenIsSaidBefore() throws Exception {
    assertThatThrownBy(() -> file(dir).check()).hasMessageContaining("is a directory");
    assertThatThrownBy(() -> file(Path.of("/")).check()).hasMessageContaining("is a directory");
    assertThatThrownBy(() -> file(dir.resolve("no/where")).check())
        .hasMessage("'" + dir.resolve("no") + "' is not a directory; make it first");
    Path socket = dir.resolve("socket");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThatThrownBy(() -> file(socket).check()).hasMessage("it is a socket; name a file");
    assertThatThrownBy(() -> write(socket, "x")).hasMessage("it is a socket; name a file");
  }

  @Test
  void nobodyElseCanLaySomethingInItsPlace() throws Exception {
    Path victim = Files.writeString(dir.resolve("victim"), "precious");
    Path outputs = Files.createDirectory(dir.resolve("outputs"));
    Files.setAttribute(outputs, "unix:mode", 0777);
    assumeTrue("root".equals(System.getProperty("user.name")), "only root gives links away");
    var stop = new AtomicBoolean();
    Thread planter =
        Thread.ofPlatform()
            .start(() -> {
              while (!stop.get()) {
                plant(outputs, victim);
              }
            });
    int written = 0;
    try {
      for (int i = 0; i < 100; i++) {
        try {
          file(outputs.resolve("a.json")).write(("text " + i).getBytes(UTF_8));
          written++;
        } catch (IOException e) {
          // the part file was moved away, which was seen
        }
      }
    } finally {
      stop.set(true);
      planter.join();
    }
    assertThat(written).isPositive();
    assertThat(victim).hasContent("precious");
  }

  /** Puts a link in the place of each part file that is seen. */
  private static void plant(Path outputs, Path victim) {
    try (var names = Files.newDirectoryStream(outputs, ".a.json.*")) {
      for (Path each : names) {
        Path link = Files.createSymbolicLink(victim.resolveSibling("link"), victim);
        Files.setAttribute(link, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
        Files.move(link, each, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      // it was faster
    }
  }
}
