// SPDX-License-Identifier: Apache-2.0
package io.kauditd.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The examples, built and tested by themselves against the installed artifacts; and then the
 * plug-ins that came of it, in the tool's plug-in directory and on an application's class path.
 */
class ExamplesIT {
  private static final Path SAMPLE = OutsideProject.ROOT.resolve("samples/audit.log");

  private static final String MALLORY = "mallory guess";

  /** The first post hangs; what comes behind it waits. */
  private static final int MOST_LOGINS = 20_000;

  private static Path plugins;
  private static Path http;
  private static Path shop;

  @BeforeAll
  static void buildThem() throws Exception {
    OutsideProject outside = OutsideProject.withInstalledArtifacts();
    http = build(outside, "transport").resolve("target/plugin");
    shop = build(outside, "embedding").resolve("target/app");
    Path shed = build(outside, "error-policy").resolve("target/kauditd-shed-1.0.jar");

    plugins = OutsideProject.emptyDirectory("plugins");
    Files.copy(shed, plugins.resolve("kauditd-shed-1.0.jar"));
    Path own = Files.createDirectory(plugins.resolve("http"));
    try (var jars = Files.list(http)) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, own.resolve(jar.getFileName()));
      }
    }
  }

  private static Path build(OutsideProject outside, String example) throws Exception {
    Path copy = OutsideProject.copyOf(example);
    Command.Outcome outcome = outside.mvn(copy, List.of("verify"));
    assertThat(outcome.exit()).as(outcome.all()).isZero();
    assertThat(outcome.out()).containsPattern("Tests run: [1-9][0-9]*, Failures: 0, Errors: 0");
    return copy;
  }

  private static Command.Outcome run(String... arguments) throws Exception {
    var all = new ArrayList<>(List.of("run", "--plugins", plugins.toString()));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--runtime-dir", plugins.resolveSibling("run").toString()));
    return OutsideProject.audit(plugins, all);
  }

  @Test
  void theToolListsThePlugins() throws Exception {
    Command.Outcome outcome =
        OutsideProject.audit(plugins, List.of("plugins", "--plugins", plugins.toString()));

    assertThat(outcome.exit()).as(outcome.all()).isZero();
    assertThat(outcome.out())
        .containsPattern("(?m)^  http:URL +Posts audit lines to a collector over HTTP")
        .containsPattern("(?m)^  shed +As mainline, but keeps room for logins and denials")
        .containsPattern("(?m)^  newest +Keeps the newest records of those that matter")
        .contains("kauditd-http-1.0.jar", "kauditd-shed-1.0.jar");
  }

  @Test
  void theToolPostsALogAsItIs() throws Exception {
    try (var sink = new HttpSink()) {
      sink.read();
      Command.Outcome outcome =
          run("--source", "file:" + SAMPLE, "--transport", "http:" + sink.address());

      assertThat(outcome.exit()).as(outcome.all()).isZero();
      assertThat(sink.lines()).isEqualTo(Files.readAllLines(SAMPLE, ISO_8859_1));
    }
  }

  @Test
  void theToolShedsByPriorityWhileNobodyIsThere() throws Exception {
    Command.Outcome outcome = runWithNobodyThere("shed", "--set", "chatty-percent=10");

    assertThat(outcome.exit()).as(outcome.all()).isEqualTo(1);
    assertThat(outcome.out()).containsPattern("dropped +[0-9]+ \\(.*shed [1-9]");
    assertThat(outcome.err())
        .containsPattern("audit: shed [0-9]+ records so far: .*(PROCTITLE|PATH) [1-9]")
        .doesNotContainPattern("so far: .*USER_LOGIN")
        .doesNotContain("\tat ");
  }

  @Test
  void theToolKeepsTheNewestOfEachClassWhileNobodyIsThere() throws Exception {
    Command.Outcome outcome = runWithNobodyThere("newest");

    assertThat(outcome.exit()).as(outcome.all()).isEqualTo(1);
    assertThat(outcome.out())
        .containsPattern("waiting .* at most [0-9]+, 20, [1-9][0-9]*\\)")
        .containsPattern("dropped +[0-9]+ \\(.*evicted [1-9]");
  }

  private static Command.Outcome runWithNobodyThere(String policy, String... more)
      throws Exception {
    int nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    var all = new ArrayList<>(List.of("--source", "file:" + SAMPLE));
    all.addAll(List.of("--transport", "http:http://127.0.0.1:" + nobody, "--policy", policy));
    all.addAll(List.of("--backlog-limit", "20", "--close-deadline", "0s"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  /** A sink that hangs, as a stopped process does: it takes connections, and answers nothing. */
  @Test
  void anApplicationWithAPluginOnItsClassPathSurvivesAStoppedSink() throws Exception {
    try (var sink = new HttpSink();
        var application = new Application(sink.address())) {
      int logins = 0;
      while (application.waiting() == 0) {
        assertThat(logins)
            .as("logins before the sink's hanging was noticed")
            .isLessThan(MOST_LOGINS);
        for (int i = 0; i < 50; i++) {
          assertThat(application.login(MALLORY)).isEqualTo(403);
        }
        logins += 50;
      }
      for (int i = 0; i < 50; i++) {
        assertThat(application.login("alice secret")).isEqualTo(200); // as if nothing had happened
      }
      logins += 50;
      sink.read();
      String end = application.end();

      assertThat(end)
          .isEqualTo(
              "logged %d = delivered %d + waiting 0 + dropped 0; lost 0; waited 0 ms; connected"
                  .formatted(logins, logins));
      assertThat(sink.lines())
          .hasSize(logins)
          .filteredOn(line -> line.endsWith(" res=success'"))
          .hasSize(50);
    }
  }

  /** The example {@code embedding} with the example {@code transport} on its class path. */
  private static final class Application implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final BufferedReader out;
    private final URI address;

    Application(String sink) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  shop + "/*:" + http + "/*",
                  "org.example.shop.Shop",
                  "0",
                  "http",
                  "url=" + sink)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      out = process.inputReader();
      String said = out.readLine();
      assertThat(said).startsWith("listening on port ");
      address = URI.create("http://127.0.0.1:" + said.substring(said.lastIndexOf(' ') + 1) + "/");
    }

    int login(String credentials) throws Exception {
      var request =
          HttpRequest.newBuilder(address.resolve("login"))
              .POST(BodyPublishers.ofString(credentials))
              .build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    int waiting() throws Exception {
      var request = HttpRequest.newBuilder(address.resolve("audit")).build();
      String said = client.send(request, BodyHandlers.ofString()).body();
      return Integer.parseInt(said.replaceAll("(?s).* waiting ([0-9]+) .*", "$1"));
    }

    /** Ends it and returns its last line. */
    String end() throws Exception {
      process.getOutputStream().close();
      String last = out.readLine();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return last;
    }

    @Override
    public void close() {
      process.destroyForcibly();
      client.close();
    }
  }
}
