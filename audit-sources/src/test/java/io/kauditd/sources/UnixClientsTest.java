// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.testkit.CollectingSink;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who the clients of a Unix socket are, and what each may. */
@Timeout(180)
class UnixClientsTest {
  private static final String OWN = System.getProperty("user.name");
  private static final String SYSCALL = "type=SYSCALL msg=audit(1.000:2): arch=c000003e\n";

  @TempDir Path dir;
  private Path socket;
  private final CollectingSink sink = new CollectingSink();

  @BeforeEach
  void name() throws IOException {
    socket = dir.resolve("in.sock");
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Running start(UnixSource.Builder settings) throws InterruptedException {
    var running = Running.start(settings.build(), sink);
    running.awaitBlocked("select");
    return running;
  }

  private UnixSource.Builder open() {
    return UnixSource.builder(socket).access(UnixSource.Access.ALL);
  }

  private void send(String text) throws IOException {
    try (var client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** Sends as user nobody, over so many connections that stay open until it is destroyed. */
  private Process asNobody(int connections, String text) throws Exception {
    return asUser(65534, connections, text);
  }

  private Process asUser(int user, int connections, String text) throws Exception {
    assumeTrue("root".equals(OWN), "skipped: only root has other users");
    assumeTrue(Files.exists(Path.of("/usr/bin/python3")), "skipped: there is no python3");
    String program =
        """
        import socket, sys
        held = []
        for i in range(int(sys.argv[2])):
            c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1])
            try: c.send(sys.argv[3].encode())
            except OSError: pass
            held.append(c)
        print('sent', flush=True)
        sys.stdin.read()
        """;
    Process process =
        new ProcessBuilder(
                List.of(
                    "setpriv",
                    "--reuid=" + user,
                    "--regid=65534",
                    "--clear-groups",
                    "/usr/bin/python3",
                    "-c",
                    program,
                    socket.toString(),
                    Integer.toString(connections),
                    text))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("sent");
    return process;
  }

  @Test
  void theOwnerMaySendWhatTheKernelSends() throws Exception {
    try (var running = start(open())) {
      send(SYSCALL);
      sink.await(1);
    }
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void anotherUserMayNotPoseAsTheKernel() throws Exception {
    try (var running = start(open())) {
      Process nobody =
          asNobody(
              1,
              "plain\n"
                  + SYSCALL
                  + "type=USER_CMD msg=audit(1.000:3): cmd=x\n"
                  + "type=DAEMON_START msg=audit(1.000:4): x\n"
                  + "type=NEW_ONE msg=audit(1.000:5): x\n");
      sink.await(2);
      nobody.destroy();
      nobody.waitFor();
    }
    assertThat(sink.texts()).containsExactly("plain", "cmd=x");
    assertThat(sink.problems())
        .hasSize(3)
        .first()
        .isEqualTo(
            "client 1: sent a record of type SYSCALL, which is the kernel's or the audit daemon's"
                + " to send; refused");
  }

  @Test
  void nobodyOrEverybodyMayWhereItIsSaid() throws Exception {
    try (var running = start(open().kernelTypes(UnixSource.KernelTypes.NONE))) {
      send(SYSCALL + "plain\n");
      sink.await(1);
    }
    assertThat(sink.texts()).containsExactly("plain");
    assertThat(sink.problems()).hasSize(1);
    try (var running = start(open().kernelTypes(UnixSource.KernelTypes.ALL))) {
      Process nobody = asNobody(1, SYSCALL);
      sink.await(2);
      nobody.destroy();
    }
    assertThat(sink.problems()).hasSize(1);
  }

  @Test
  void onlyTheUsersThatAreNamedMaySend() throws Exception {
    try (var running = start(open().users(Set.of("65534")))) {
      try {
        send("of the owner, who is not named\n");
      } catch (IOException e) {
        // sent away before it had said anything
      }
      Process nobody = asNobody(1, "of nobody\n");
      sink.await(1);
      nobody.destroy();
    }
    assertThat(sink.texts()).containsExactly("of nobody");
    assertThat(sink.problems())
        .containsExactly("client 1: user " + OWN + " is not among the users that may send");
  }

  @Test
  void aUserThatIsNoneIsAnError() {
    UnixSource source = open().users(Set.of("nobody-of-this-name")).build();

    assertThatThrownBy(() -> source.run(sink))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on " + socket + ": there is no user 'nobody-of-this-name'");
    assertThat(socket).doesNotExist();
  }

  /** However many connections another user holds and never uses, there is room for the others. */
  @Test
  void aUserCannotTakeAllTheRoom() throws Exception {
    try (var running = start(open().maxClients(8))) {
      Process nobody = asNobody(50, "");
      send("there is room\n");
      sink.await(1);
      nobody.destroy();
      nobody.waitFor();
    }
    assertThat(sink.texts()).containsExactly("there is room");
    assertThat(sink.problems())
        .hasSize(46)
        .allMatch(problem ->
            problem.endsWith("has 4 connections already, which is all that one user may have"));
  }

  @Test
  void severalUsersCannotEither() throws Exception {
    try (var running = start(open().maxClients(8))) {
      Process one = asUser(65534, 10, "");
      Process other = asUser(65533, 3, "");
      send("there is room\n");
      sink.await(1);
      one.destroy();
      other.destroy();
      one.waitFor();
      other.waitFor();
    }
    assertThat(sink.texts()).containsExactly("there is room");
    assertThat(sink.problems())
        .hasSize(7)
        .last()
        .asString()
        .endsWith("comes when other users have 6 connections, which is all they may");
  }

  @Test
  void whoIsSilentForTooLongIsSentAway() throws Exception {
    try (var running = start(open().idleTimeout(Duration.ofMillis(200)).maxClients(1));
        var silent = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      silent.write(ByteBuffer.wrap("half a li".getBytes(StandardCharsets.UTF_8)));
      send("the next one\n"); // which waits until there is room
      sink.await(2);
      assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    assertThat(sink.texts()).containsExactly("half a li", "the next one");
  }
}
