// SPDX-License-Identifier: Apache-2.0
package org.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Plugins;
import io.kauditd.spi.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log's volume goes away under the running application, and comes back. */
class ShopTest {
  private static final int LIMIT = 100;

  @TempDir private Path dir;
  private final Plugins plugins = Plugins.load();
  private final HttpClient client = HttpClient.newHttpClient();
  private Path volume;
  private Kauditd audit;
  private Shop shop;

  @BeforeEach
  void start() throws IOException {
    volume = Files.createDirectory(dir.resolve("volume"));
    Transport file =
        plugins.newTransport("file", Map.of("path", volume.resolve("audit.log").toString()));
    audit =
        Kauditd.builder()
            .transport("file", file)
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(LIMIT))
            .reopenPauses(Duration.ofMillis(10), Duration.ofMillis(100))
            .start();
    shop = new Shop(audit, Map.of("alice", "secret"), 0);
  }

  @AfterEach
  void stop() {
    shop.close();
    audit.close();
    plugins.close();
    client.close();
  }

  private int login(String account, String password) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + shop.port() + "/login"))
            .POST(BodyPublishers.ofString(account + " " + password))
            .build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  /** Waits for what the kauditd thread does by itself. */
  private AuditStatus await(Predicate<AuditStatus> condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.test(audit.status())) {
      assertThat(System.nanoTime()).as("in time: %s", audit.status()).isLessThan(end);
      Thread.sleep(5);
    }
    return audit.status();
  }

  private long lines(Path log) throws IOException {
    try (var lines = Files.lines(log)) {
      return lines.count();
    }
  }

  @Test
  void writesEveryLogin() throws Exception {
    assertThat(login("alice", "secret")).isEqualTo(200);
    assertThat(login("mallory\" res=success", "x")).isEqualTo(403);
    AuditStatus end = audit.close(Duration.ofSeconds(10));

    assertThat(end.ledger().delivered()).isEqualTo(2);
    assertThat(Files.readAllLines(volume.resolve("audit.log")))
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("type=USER_LOGIN msg=audit(")
                    .contains(" msg='op=login acct=\"alice\" exe=")
                    .endsWith(" hostname=? addr=127.0.0.1 terminal=? res=success'"),
            second ->
                assertThat(second)
                    .contains(" msg='op=login acct=6D616C6C6F727922 exe=")
                    .endsWith(" addr=127.0.0.1 terminal=? res=failed'"));
  }

  @Test
  void survivesALogThatIsGone() throws Exception {
    login("alice", "secret");
    await(status -> status.ledger().delivered() == 1);
    Path away = Files.move(volume, dir.resolve("away"));

    for (int i = 0; i < LIMIT / 2; i++) {
      assertThat(login("alice", "secret")).isEqualTo(200); // as if nothing had happened
    }
    AuditStatus during = await(status -> status.ledger().inHold() == LIMIT / 2);
    assertThat(during.connected()).isFalse();
    assertThat(during.lastError()).contains("does not exist");
    assertThat(during.backlogWaitTimeActualMs()).as("nothing waited").isZero();

    Files.move(away, volume);
    AuditStatus after = await(status -> status.ledger().waiting() == 0);
    assertThat(after.ledger().delivered()).isEqualTo(1 + LIMIT / 2);
    assertThat(after.lost()).isZero();
    assertThat(after.ledger().balances()).isTrue();
    assertThat(lines(volume.resolve("audit.log"))).isEqualTo(1 + LIMIT / 2);
  }

  @Test
  void countsWhatALongOutageCosts() throws Exception {
    Path away = Files.move(volume, dir.resolve("away"));
    int logins = LIMIT + 40;
    for (int i = 0; i < logins; i++) {
      assertThat(login("alice", "secret")).isEqualTo(200);
    }
    Files.move(away, volume);
    AuditStatus end = audit.close(Duration.ofSeconds(20));

    assertThat(end.ledger().logged()).isEqualTo(logins);
    assertThat(end.ledger().balances()).isTrue();
    assertThat(end.ledger().waiting()).isZero();
    assertThat(end.ledger().delivered()).isGreaterThanOrEqualTo(LIMIT).isLessThanOrEqualTo(logins);
    assertThat(end.lost())
        .as("the queues overflowed, or the main queue met its limit")
        .isEqualTo(
            end.ledger().dropped(LostReason.HOLD_OVERFLOW)
                + end.ledger().dropped(LostReason.RETRY_OVERFLOW)
                + end.ledger().dropped(LostReason.BACKLOG_LIMIT))
        .isEqualTo(logins - end.ledger().delivered());
    assertThat(lines(volume.resolve("audit.log"))).isEqualTo(end.ledger().delivered());
    assertThat(end.backlogWaitTimeActualMs()).isZero();
  }
}
