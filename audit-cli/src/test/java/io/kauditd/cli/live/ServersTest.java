// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kauditd.cli.OtherUser;
import io.kauditd.cli.RunArguments;
import io.kauditd.cli.ToolProcess;
import io.kauditd.core.Kauditd;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients of a run's servers can take, and what they are told. */
class ServersTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration TIME = Duration.ofMillis(300);

  private static BoundedServer http(BoundedServer.Bounds bounds, ServerSocketChannel socket)
      throws IOException {
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return BoundedServer.start(
        "test",
        socket,
        bounds,
        (request, isAll) ->
            HttpAnswer.to(
                request,
                isAll,
                (path, accept) ->
                    new HttpAnswer(
                        200,
                        HttpAnswer.TEXT,
                        path.equals("/big") ? "x".repeat(50_000_000) : path + accept)),
        () -> {});
  }

  private static int port(ServerSocketChannel socket) {
    return socket.socket().getLocalPort();
  }

  private static String get(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/x"))
                  .timeout(PATIENCE)
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  @Test
  void sendsAwayWhoIsSilentOrSlow() throws Exception {
    try (var socket = ServerSocketChannel.open();
        var server = http(new BoundedServer.Bounds(8, 1024, TIME), socket);
        Socket silent = connect(port(socket));
        Socket slow = connect(port(socket));
        Socket deaf = connect(port(socket))) {
      deaf.setReceiveBufferSize(4096);
      deaf.getOutputStream().write("GET /big HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      slow.getOutputStream().write("GET / HT".getBytes(StandardCharsets.US_ASCII));

      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(slow.getInputStream().read()).isEqualTo(-1);
      await().atMost(PATIENCE).until(() -> server.counts().refused() == 3);
      assertThat(get(port(socket))).isEqualTo("/x");
      assertThat(server.counts().answered()).isEqualTo(1);
    }
  }

  /** However many hold connections, who asks is answered. */
  @Test
  void answersAmongTooMany() throws Exception {
    var held = new ArrayList<Socket>();
    try (var socket = ServerSocketChannel.open();
        var server = http(new BoundedServer.Bounds(8, 1024, PATIENCE), socket)) {
      for (int i = 0; i < 50; i++) {
        held.add(connect(port(socket)));
        if (i % 10 == 9) {
          assertThat(get(port(socket))).isEqualTo("/x");
        }
      }
      assertThat(server.counts().answered()).isEqualTo(5);
      await().atMost(PATIENCE).until(() -> server.counts().refused() >= 50 - 8);
    } finally {
      for (Socket each : held) {
        each.close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /y?z=1 HTTP/1.0~~|200 OK|/y",
        "GET /y HTTP/1.1~Accept: text/plain~~|200 OK|/ytext/plain",
        "GET http://h/y HTTP/1.1~~|200 OK|http://h/y",
        "HEAD /y HTTP/1.1~~|200 OK|",
        "POST /y HTTP/1.1~Content-Length: 3~~abc|405 Method Not Allowed|only GET and HEAD are"
            + " served",
        "hello~~|400 Bad Request|this is no HTTP request",
        "GET  HTTP/1.1~~|400 Bad Request|this is no HTTP request",
        "\u0016\u0003\u0001~~|400 Bad Request|this is no HTTP request",
      })
  void speaksAsMuchHttpAsItMust(String request, String status, String body) throws Exception {
    try (var socket = ServerSocketChannel.open();
        var server = http(new BoundedServer.Bounds(8, 1024, PATIENCE), socket);
        Socket client = connect(port(socket))) {
      client
          .getOutputStream()
          .write(request.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer)
          .startsWith("HTTP/1.1 " + status + "\r\n")
          .contains("\r\nConnection: close\r\n");
      assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4).strip())
          .isEqualTo(body == null ? "" : body);
      assertThat(server.counts().answered()).isEqualTo(1);
    }
  }

  @Test
  void endsARequestThatIsTooLong() throws Exception {
    try (var socket = ServerSocketChannel.open();
        var server = http(new BoundedServer.Bounds(8, 1024, PATIENCE), socket);
        Socket client = connect(port(socket))) {
      client
          .getOutputStream()
          .write(("GET /" + "y".repeat(1019)).getBytes(StandardCharsets.US_ASCII));
      String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 431 ");
      assertThat(server.counts().answered()).isEqualTo(1);
    }
  }

  /** Has room for some records. */
  private static final class TakesSome implements Transport {
    private int room;

    TakesSome(int room) {
      this.room = room;
    }

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected(1);
    }

    @Override
    public SendResult send(RecordBatch batch) {
      if (batch.next() != null && room > 0) {
        room--;
        return SendResult.sent(1);
      }
      return SendResult.failed(0, SendError.EAGAIN, "full");
    }

    @Override
    public void close() {}
  }

  @Test
  void tellsWhetherItDelivers() throws Exception {
    var health = new Health();
    Kauditd audit = Kauditd.builder().transport("one", new TakesSome(1)).start();
    await().atMost(PATIENCE).until(() -> audit.status().daemon() != 0);
    long nowNs = 0;
    assertThat(health.look(audit.status(), nowNs)).hasToString("delivering: no record waits");

    audit.log(1112, "taken");
    audit.log(1112, "has no room");
    await().atMost(PATIENCE).until(() -> audit.status().ledger().delivered() == 1);
    await().atMost(PATIENCE).until(() -> audit.status().ledger().waiting() == 1);
    health.look(audit.status(), nowNs);
    nowNs += Health.STALL.toNanos() - 1;
    assertThat(health.look(audit.status(), nowNs)).hasToString("delivering: 1 record waits");
    nowNs += Duration.ofSeconds(10).toNanos() + 1;
    assertThat(health.look(audit.status(), nowNs).toString())
        .startsWith("stalled: 1 record waits, none was taken for 12 s; last error EAGAIN");

    audit.close(Duration.ZERO);
    assertThat(health.look(audit.status(), nowNs).state()).isEqualTo(Health.State.NOT_DELIVERING);
  }

  /** It is not said to deliver before it has: its first records show that it takes none. */
  @Test
  void tellsAtOnceThatATransportHasTakenNothing() {
    var health = new Health();
    Kauditd audit = Kauditd.builder().transport("none", new TakesSome(0)).start();
    audit.log(1112, "has no room");
    await().atMost(PATIENCE).until(() -> audit.status().failedSends() > 0);

    assertThat(health.look(audit.status(), 0))
        .hasToString("stalled: 1 record waits, none was taken yet; last error EAGAIN: full");
    audit.close(Duration.ZERO);
  }

  @Test
  void tellsThatThereIsNoDaemon(@TempDir Path directory) throws Exception {
    try (var tool =
        ToolProcess.start(
            directory,
            RunArguments.of(
                directory.resolve("run"),
                "stdin",
                "file:" + directory + "/no/log",
                "--metrics",
                "0"))) {
      await()
          .atMost(PATIENCE)
          .until(() ->
              tool.complained().contains("no daemon")
                  || tool.complained().contains("cannot be opened"));
      await().atMost(PATIENCE).until(() -> tool.complained().contains("metrics at"));
      String said = tool.complained();
      int port = Integer.parseInt(said.replaceAll("(?s).*127\\.0\\.0\\.1:(\\d+)/.*", "$1"));
      HttpResponse<String> response;
      try (HttpClient client = HttpClient.newHttpClient()) {
        response =
            client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz")).build(),
                HttpResponse.BodyHandlers.ofString());
      }

      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body())
          .startsWith("not delivering: no daemon is connected, no record waits; last error open: ");
      assertThat(said).containsOnlyOnce("cannot be opened");
    }
  }

  /** As another user: what he holds and never ends takes nothing from the run. */
  @Test
  void outlivesAnotherUsersConnections(@TempDir Path directory) throws Exception {
    OtherUser.assumeThereIsOne();
    Path log = directory.resolve("out.log");
    try (var tool =
        ToolProcess.start(
            directory,
            RunArguments.of(
                directory.resolve("run"),
                "generate:0",
                "file:" + log,
                "--set",
                "rate=200",
                "--set",
                "max-size=16KiB",
                "--metrics",
                "0"))) {
      await().atMost(PATIENCE).until(() -> tool.complained().contains("metrics at"));
      int port =
          Integer.parseInt(tool.complained().replaceAll("(?s).*127\\.0\\.0\\.1:(\\d+)/.*", "$1"));
      Process hostile =
          OtherUser.start(
              "",
              """
              import socket, sys
              held = []
              for i in range(300):
                  c = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)
                  try: c.send(b'GET /metrics HTTP/1.1\\r\\nX: ')
                  except OSError: pass
                  held.append(c)
              print('held', flush=True)
              sys.stdin.read()
              """,
              Integer.toString(port));
      try {
        assertThat(OtherUser.line(hostile)).isEqualTo("held");
        try (var descriptors = Files.list(Path.of("/proc/" + tool.pid() + "/fd"))) {
          assertThat(descriptors.count()).isLessThan(300);
        }
        String metrics;
        try (HttpClient client = HttpClient.newHttpClient()) {
          metrics =
              client
                  .send(
                      HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                          .build(),
                      HttpResponse.BodyHandlers.ofString())
                  .body();
        }
        assertThat(metrics)
            .containsPattern(
                "kauditd_server_connections_total\\{outcome=\"refused\",server=\"metrics\"\\}"
                    + " [1-9]");
      } finally {
        hostile.destroy();
      }
      tool.signal("TERM");
      assertThat(tool.result().out()).contains("  waiting    0 ", "  dropped    0\n");
    }
  }

  /** Root, a group that is named, and nobody else. */
  @Test
  void tellsItsStatusToAGroupThatIsNamed(@TempDir Path directory) throws Exception {
    OtherUser.assumeThereIsOne();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path runtime = directory.resolve("run");
    String ask =
        """
        import socket, sys
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect(sys.argv[1]); print('told' if s.recv(10) else 'nothing', flush=True)
        except OSError as e: print(e.strerror, flush=True)
        """;
    try (var tool =
        ToolProcess.start(
            directory, RunArguments.of(runtime, "stdin", "null", "--status-group", "daemon"))) {
      var control = new ControlDirectory(runtime);
      await().atMost(PATIENCE).until(() -> new StatusClient(control).ask(tool.pid()).isPresent());
      String socket = control.socketOf(tool.pid()).toString();
      var answers = new ArrayList<String>();
      for (String groups : List.of("", "1")) { // daemon is 1 everywhere
        answers.add(OtherUser.line(OtherUser.start(groups, ask, socket)));
      }

      assertThat(answers).containsExactly("Permission denied", "told");
    }
  }

  /** Other services have their sockets there, and others still have to reach them. */
  @Test
  void leavesADirectoryThatIsOpenToAllAsItIs(@TempDir Path directory) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    var before = Files.readAttributes(directory, PosixFileAttributes.class);

    new ControlDirectory(directory, true, "daemon").prepare();

    var after = Files.readAttributes(directory, PosixFileAttributes.class);
    assertThat(after.permissions()).isEqualTo(before.permissions());
    assertThat(after.group()).isEqualTo(before.group());
  }
}
