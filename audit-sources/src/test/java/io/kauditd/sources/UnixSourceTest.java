// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Program;
import io.kauditd.testkit.CollectingSink;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class UnixSourceTest {
  @TempDir Path dir;
  private Path socket;
  private final CollectingSink sink = new CollectingSink();

  @BeforeEach
  void name() {
    socket = dir.resolve("in.sock");
  }

  private UnixSource source(UnixSource.Access access, int maxClients) {
    return new UnixSource(socket, access, maxClients, LineRules.of(RecordType.TRUSTED_APP));
  }

  private Running start() throws InterruptedException {
    var running = Running.start(source(UnixSource.Access.OWNER, 100), sink);
    running.awaitBlocked("select");
    return running;
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  private static void send(SocketChannel client, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  @Test
  void theSocketIsNeverSeenWithOtherPermissions() throws Exception {
    var end = new AtomicBoolean();
    var seen = new ConcurrentSkipListSet<String>();
    Thread watcher =
        Thread.ofPlatform()
            .start(() -> {
              while (!end.get()) {
                try {
                  seen.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
                } catch (IOException e) {
                  Thread.onSpinWait(); // not there just now
                }
              }
            });
    for (int i = 0; i < 30; i++) {
      start().close();
    }
    end.set(true);
    watcher.join();
    assertThat(seen).isSubsetOf("rw-------");
    try (var left = Files.list(dir)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void linesOfAClientBecomeRecords() throws Exception {
    try (var running = start()) {
      try (var client = connect()) {
        send(client, "one\ntype=USER_LOGIN msg=audit(1.000:2): two\nthr");
        sink.await(2);
        send(client, "ee\nlast");
      }
      sink.await(4);
    }
    assertThat(sink.texts()).containsExactly("one", "two", "three", "last");
    assertThat(sink.problems())
        .containsExactly("client 1, line 4: the input ended in the middle of it; taken as it was");
    assertThat(socket).doesNotExist();
  }

  @Test
  void manyClientsSendAtOnceAndEachStaysInOrder() throws Exception {
    int clients = 20;
    int lines = 2000;
    try (var running = start()) {
      var threads = new ArrayList<Thread>();
      for (int c = 0; c < clients; c++) {
        int number = c;
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  try (var client = connect()) {
                    for (int i = 0; i < lines; i++) {
                      send(client, "client=" + number + " seq=" + i + "\n");
                    }
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      sink.await(clients * lines);
    }
    for (int c = 0; c < clients; c++) {
      String start = "client=" + c + " ";
      List<String> own = sink.texts().stream().filter(text -> text.startsWith(start)).toList();
      assertThat(own).hasSize(lines);
      for (int i = 0; i < lines; i++) {
        assertThat(own.get(i)).isEqualTo(start + "seq=" + i);
      }
    }
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void aClientsBadLineIsReportedAndStopsNobody() throws Exception {
    try (var running = start();
        var first = connect();
        var second = connect()) {
      send(first, "good\n" + "x".repeat(100_000) + "\nmore\n");
      sink.await(2);
      send(second, "msg=audit(x\n");
      sink.await(3);
    }
    assertThat(sink.problems()).hasSize(2);
    assertThat(sink.problems().getFirst()).matches("client \\d, line 2: is 100000 bytes long.*");
    assertThat(sink.problems().getLast()).matches("client \\d, line 1: has an audit stamp.*");
  }

  @Test
  void moreClientsThanAreServedWaitUntilOneGoes() throws Exception {
    try (var running = Running.start(source(UnixSource.Access.OWNER, 1), sink)) {
      running.awaitBlocked("select");
      var first = connect();
      send(first, "first\n");
      sink.await(1);
      try (var second = connect()) {
        send(second, "second\n");
        send(first, "first again\n");
        sink.await(2);
        assertThat(sink.texts()).containsExactly("first", "first again");
        first.close();
        sink.await(3);
      }
    }
    assertThat(sink.texts()).containsExactly("first", "first again", "second");
  }

  @Test
  void closingTakesWhatWasSentAndEndsSoon() throws Exception {
    var running = start();
    try (var client = connect()) {
      send(client, "before\n");
      sink.await(1);
      send(client, "and this\nhalf");
      running.end();
    }
    assertThat(sink.texts()).containsExactly("before", "and this", "half");
    assertThat(socket).doesNotExist();
  }

  @Test
  void closingBeforeRunningEndsAtOnce() throws Exception {
    var source = source(UnixSource.Access.OWNER, 1);
    source.close();
    source.run(sink);
    assertThat(sink.records()).isEmpty();
  }

  @Test
  void whoMayConnectIsInThePermissions() throws Exception {
    for (UnixSource.Access access : UnixSource.Access.values()) {
      try (var running = Running.start(source(access, 1), sink)) {
        running.awaitBlocked("select");
        String expected =
            switch (access) {
              case OWNER -> "rw-------";
              case GROUP -> "rw-rw----";
              case ALL -> "rw-rw-rw-";
            };
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void aSocketThatNobodyListensOnIsTakenOver() throws Exception {
    var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    left.bind(UnixDomainSocketAddress.of(socket));
    left.close();
    assertThat(socket).exists();
    try (var running = start();
        var client = connect()) {
      send(client, "hello\n");
      sink.await(1);
    }
  }

  @Test
  void aSocketOfAnotherKindIsLeftAlone() throws Exception {
    Process other;
    try {
      other =
          new ProcessBuilder(
                  "python3",
                  "-c",
                  "import socket, sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM);"
                      + " s.bind(sys.argv[1]); print('bound', flush=True); sys.stdin.read()",
                  socket.toString())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "python3, which makes a datagram socket, is not installed");
      return;
    }
    try {
      assertThat(other.inputReader(UTF_8).readLine()).isEqualTo("bound");
      assertThatThrownBy(() -> source(UnixSource.Access.OWNER, 1).run(sink))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot listen on " + socket);
      assertThat(socket).exists();
    } finally {
      other.destroy();
    }
  }

  @Test
  void aListenerThatAcceptsNobodyIsAListener() throws Exception {
    try (var hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(UnixDomainSocketAddress.of(socket), 1);
      var clients = new ArrayList<SocketChannel>();
      assertThatThrownBy(() -> connectWhileThereIsRoom(clients)).isInstanceOf(IOException.class);
      var running = Running.start(source(UnixSource.Access.OWNER, 1), sink);
      assertThatThrownBy(running::join).hasCauseInstanceOf(IOException.class);
      assertThat(socket).exists();
      for (SocketChannel client : clients) {
        client.close();
      }
    }
  }

  private void connectWhileThereIsRoom(List<SocketChannel> clients) throws IOException {
    while (true) {
      var client = SocketChannel.open(StandardProtocolFamily.UNIX);
      clients.add(client);
      client.configureBlocking(false);
      client.connect(UnixDomainSocketAddress.of(socket));
    }
  }

  @Test
  void aSocketThatHasTakenItsPlaceIsNotRemovedAtTheEnd() throws Exception {
    try (var next = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      try (var running = start()) {
        Files.delete(socket);
        next.bind(UnixDomainSocketAddress.of(socket));
      }
      assertThat(socket).exists();
    }
  }

  @Test
  void withoutFileDescriptorsClientsWaitAndTheTroubleIsReportedOnce() throws Exception {
    Process child;
    try {
      var command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 200 && exec \"$0\" \"$@\""));
      command.addAll(Program.command(FewDescriptorsChild.class, List.of(), socket.toString()));
      child = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "there is no sh");
      return;
    }
    try {
      assertThat(child.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(child.inputReader(UTF_8).readAllAsString())
          .isEqualTo(
              "1 report: a client could not connect to " + socket + ": Too many open files\n");
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void whatElseStandsThereIsLeftAlone() throws Exception {
    try (var running = start()) {
      assertThatThrownBy(() -> source(UnixSource.Access.OWNER, 1).run(sink))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "cannot listen on "
                  + socket
                  + ": another program listens there; stop it or choose another path");
      assertThat(socket).exists();
    }
    Files.writeString(socket, "precious");
    assertThatThrownBy(() -> source(UnixSource.Access.OWNER, 1).run(sink))
        .hasMessage(
            "cannot listen on "
                + socket
                + ": there is a file that is no socket; choose another path");
    assertThat(socket).hasContent("precious");
  }

  @Test
  void aCheckSaysWhatARunSays() {
    Path nowhere = dir.resolve("no").resolve("where");
    refused(nowhere, ": the directory " + dir.resolve("no") + " does not exist; create it");
    refused(dir, ": there is a file that is no socket; choose another path");
    Path longest = dir.resolve("x".repeat(120)); // nobody could connect to it by this name
    int length = longest.toString().length();
    refused(
        longest,
        ": its path has "
            + length
            + " bytes, and that of a socket at most 107; choose a shorter one");
  }

  private void refused(Path path, String why) {
    var refused = new UnixSource(path, UnixSource.Access.OWNER, 1, LineRules.of(1121));
    assertThat(refused.check()).containsExactly("cannot listen on " + path + why);
    assertThatThrownBy(() -> refused.run(sink))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on " + path + why);
  }
}
