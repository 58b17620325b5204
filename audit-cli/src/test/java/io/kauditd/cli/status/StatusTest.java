// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.cli.Tool;
import io.kauditd.cli.live.ControlDirectory;
import io.kauditd.cli.live.StatusClient;
import io.kauditd.cli.live.StatusServer;
import io.kauditd.fixtures.CommandResult;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control socket, its directory, and {@code audit status}. */
class StatusTest {
  private static final long OWN_PID = ProcessHandle.current().pid();

  @TempDir Path scratch;
  private ControlDirectory directory;

  @BeforeEach
  void nameDirectory() {
    directory = new ControlDirectory(scratch.resolve("run"));
  }

  private CommandResult status(String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "status";
    arguments[1] = "--runtime-dir";
    arguments[2] = directory.path().toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return Tool.run(arguments);
  }

  /** A socket as a process that was killed leaves it behind. */
  private void leaveSocket(long pid) throws IOException {
    directory.prepare();
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(directory.socketOf(pid)));
    }
  }

  @Test
  void saysThatNothingRuns() {
    CommandResult result = status();

    assertThat(result.complaint())
        .isEqualTo(
            "audit status: no instance runs (looked in "
                + directory.path()
                + "); 'audit run' starts one");
    assertThat(result.code()).isEqualTo(1);
    assertThat(status("--pid", "1").complaint())
        .startsWith("audit status: --pid: no instance runs as process 1 ");
  }

  @Test
  void givesEachClientTheDocumentOfNow() throws IOException {
    var count = new java.util.concurrent.atomic.AtomicInteger();
    try (var server =
        StatusServer.open(directory, () -> "{\"n\":" + count.incrementAndGet() + "}")) {
      var client = new StatusClient(directory);
      assertThat(client.ask(OWN_PID)).contains(new StatusClient.Answer(OWN_PID, "{\"n\":1}"));
      assertThat(client.askAll().answers())
          .containsExactly(new StatusClient.Answer(OWN_PID, "{\"n\":2}"));
      assertThat(status("--json").out()).isEqualTo("{\"n\":3}\n");
      assertThat(server).isNotNull();
    }
    assertThat(directory.socketOf(OWN_PID)).doesNotExist();
    assertThat(directory.pids()).isEmpty();
  }

  @Test
  void isPrivate() throws IOException {
    directory.prepare();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
        .isEqualTo("rwx------");
  }

  @Test
  void refusesADirectoryOpenToOthers() throws IOException {
    directory.prepare();
    Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> StatusServer.open(directory, () -> "{}"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            directory.path()
                + " is open to other users; 'chmod 700 "
                + directory.path()
                + "' makes it private");
    assertThat(status().code()).isEqualTo(3);
  }

  @Test
  void refusesALinkInPlaceOfTheDirectory() throws IOException {
    Files.createSymbolicLink(directory.path(), scratch);

    assertThatThrownBy(directory::prepare).hasMessage(directory.path() + " is not a directory");
  }

  @Test
  void saysWhyTheDirectoryCannotBeMadeOrUsed() throws IOException {
    var missing = new ControlDirectory(scratch.resolve("no/where"));
    String cannot =
        missing.path()
            + " cannot be made: the directory that it is in does not exist; make that first";
    assertThatThrownBy(missing::prepare).isInstanceOf(IOException.class).hasMessage(cannot);
    assertThat(missing.obstacles()).containsExactly("--runtime-dir: " + cannot);

    var tooLong = new ControlDirectory(scratch.resolve("x".repeat(107)));
    assertThatThrownBy(tooLong::prepare)
        .hasMessageContaining(
            " is too long for the path of a socket in it; name a directory whose");
    assertThat(tooLong.obstacles()).hasSize(1);
  }

  @Test
  void isMadeWhereAKilledProcessOfItsNumberBegan() throws IOException {
    directory.prepare();
    Path begun = Files.createDirectory(directory.path().resolve("." + OWN_PID));
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(begun.resolve("s")));
    }
    try (var server = StatusServer.open(directory, () -> "{}")) {
      assertThat(new StatusClient(directory).ask(OWN_PID)).isPresent();
      assertThat(server.counts().refused()).isZero();
    }
  }

  @Test
  void clearsAwayWhatAKilledProcessLeftBehind() throws IOException {
    long gone = 2_000_000_000L; // above any pid
    leaveSocket(gone);
    Files.writeString(directory.path().resolve("note.txt"), "not a socket");

    assertThat(new StatusClient(directory).askAll().answers()).isEmpty();
    assertThat(directory.socketOf(gone)).doesNotExist();
    assertThat(directory.path().resolve("note.txt")).exists();
  }

  @Test
  void takesOverASocketOfAnEarlierProcessOfItsNumber() throws IOException {
    leaveSocket(OWN_PID);
    try (var server = StatusServer.open(directory, () -> "{}")) {
      assertThat(new StatusClient(directory).ask(OWN_PID)).isPresent();
      assertThat(server).isNotNull();
    }
  }

  @Test
  void tellsOfAnInstanceThatDoesNotAnswer() throws IOException {
    directory.prepare();
    try (var silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(UnixDomainSocketAddress.of(directory.socketOf(OWN_PID)));
      var client = new StatusClient(directory, Duration.ofMillis(100));

      assertThatThrownBy(() -> client.ask(OWN_PID))
          .isInstanceOf(IOException.class)
          .hasMessage("process " + OWN_PID + " does not answer");
      assertThat(client.askAll().answers()).isEmpty();
      assertThat(client.askAll().silent())
          .containsExactly(Map.entry(OWN_PID, "process " + OWN_PID + " does not answer"));
    }
  }

  /** A process that is stopped accepts nobody, until not even a connection can be had. */
  @Test
  void doesNotWaitForRoomInTheQueueOfOneThatAcceptsNobody() throws IOException {
    directory.prepare();
    var waiting = new ArrayList<SocketChannel>();
    try (var silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(UnixDomainSocketAddress.of(directory.socketOf(OWN_PID)), 1);
      for (int i = 0; i < 3; i++) {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        client.configureBlocking(false);
        waiting.add(client);
        try {
          client.connect(UnixDomainSocketAddress.of(directory.socketOf(OWN_PID)));
        } catch (IOException e) {
          break; // it is full
        }
      }
      assertThat(new StatusClient(directory, Duration.ofMillis(100)).askAll().silent())
          .containsKey(OWN_PID);
    } finally {
      for (SocketChannel client : waiting) {
        client.close();
      }
    }
  }

  /** As systemd makes it: anybody may look into it, and its owner alone may ask. */
  @Test
  void takesADirectoryThatOthersMayRead() throws IOException {
    directory.prepare();
    Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxr-xr-x"));

    try (var server = StatusServer.open(directory, () -> "{}")) {
      assertThat(new StatusClient(directory).ask(OWN_PID)).isPresent();
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(directory.socketOf(OWN_PID))))
          .isEqualTo("rw-------");
      assertThat(server.counts().refused()).isZero();
      try (var entries = Files.list(directory.path())) {
        assertThat(entries).containsExactly(directory.socketOf(OWN_PID));
      }
    }
  }

  @Test
  void goesOnAfterAClientThatWentAway() throws IOException {
    try (var server = StatusServer.open(directory, () -> "{}")) {
      for (int i = 0; i < 20; i++) {
        SocketChannel.open(UnixDomainSocketAddress.of(directory.socketOf(OWN_PID))).close();
      }
      assertThat(new StatusClient(directory).ask(OWN_PID)).isPresent();
      assertThat(server).isNotNull();
    }
  }

  @Test
  void goesOnAfterADocumentThatCouldNotBeMade() throws IOException {
    var calls = new java.util.concurrent.atomic.AtomicInteger();
    try (var server =
        StatusServer.open(
            directory,
            () -> {
              if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
              }
              return "{}";
            })) {
      var client = new StatusClient(directory);
      assertThat(client.ask(OWN_PID)).isEmpty();
      assertThat(client.ask(OWN_PID)).isPresent();
      assertThat(server).isNotNull();
    }
  }
}
