// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.AuditLogLines;
import io.kauditd.fixtures.AuditTool;
import io.kauditd.fixtures.Program;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real application in a process of its own, which people log in to over HTTP. */
class ShopApplicationTest {
  private static final int SIGTERM_EXIT = 128 + 15;

  /** What would be a second field, were it written as it is. */
  private static final String LIAR = "bob\" res=success acct=\"root";

  @TempDir Path scratch;

  /**
   * One start of the application, since that takes seconds: the sink is down while people log in,
   * and comes up when the service manager ends the application.
   */
  @Test
  void whoLogsInWronglyAndRightlyIsFoundByTheAuditTools() throws Exception {
    Path log = scratch.resolve("later/audit.log");
    try (Program shop =
        Program.start(
            ShopApplication.class,
            List.of(),
            "--server.port=0",
            "--kauditd.transport=file:" + log,
            "--spring.security.user.name=alice",
            "--spring.security.user.password=right")) {
      URI page = pageOf(shop);
      assertThat(logIn(page, "alice", "wrong")).isEqualTo(401);
      assertThat(logIn(page, LIAR, "wrong")).isEqualTo(401);
      assertThat(logIn(page, "alice", "right")).isEqualTo(200);
      shop.await("delivery to 'file' has stopped");
      Files.createDirectory(log.getParent());
      shop.terminate();

      assertThat(shop.end()).isEqualTo(SIGTERM_EXIT);
      assertThat(shop.await("audit log closed: "))
          .containsPattern(" (\\d+) logged, \\1 delivered, 0 waiting, 0 dropped");
    }
    assertThat(logins(log, "acct")).containsExactly("alice", LIAR, "alice");
    assertThat(logins(log, "res")).containsExactly("failed", "failed", "success");
    assertThat(logins(log, "addr")).containsOnly("127.0.0.1");

    assertThat(AuditTool.run("ausearch", log, "-m", "USER_LOGIN", "-sv", "no", "--raw").lines())
        .hasSize(2);
    assertThat(AuditTool.run("ausearch", log, "-m", "USER_LOGIN", "-sv", "yes", "--raw").lines())
        .hasSize(1);
    assertThat(AuditTool.run("aureport", log, "--login", "--failed").lines())
        .filteredOn(line -> line.contains("127.0.0.1"))
        .hasSize(2);
  }

  private static URI pageOf(Program shop) throws Exception {
    Matcher port =
        Pattern.compile("Tomcat started on port (\\d+)")
            .matcher(shop.await("Tomcat started on port "));
    assertThat(port.find()).isTrue();
    return URI.create("http://127.0.0.1:" + port.group(1) + "/basket");
  }

  private static int logIn(URI page, String user, String password) throws Exception {
    String credentials =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(page).header("Authorization", "Basic " + credentials).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }
  }

  /** Beside them are records of a page for errors that nobody may see. */
  private static List<String> logins(Path log, String field) throws Exception {
    return AuditLogLines.of(log).stream()
        .filter(line -> line.startsWith("type=USER_LOGIN "))
        .map(line -> AuditLogLines.value(line, field))
        .toList();
  }
}
