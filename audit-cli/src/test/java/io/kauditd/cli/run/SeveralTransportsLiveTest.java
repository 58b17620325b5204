// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kauditd.cli.Tool;
import io.kauditd.cli.ToolProcess;
import io.kauditd.cli.command.Json;
import io.kauditd.fixtures.CommandResult;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those who watch a run with several transports see of each, and what SIGHUP changes. */
class SeveralTransportsLiveTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path directory;

  private CommandResult look(String... command) {
    var all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--runtime-dir", directory.resolve("run").toString()));
    return Tool.run(all.toArray(String[]::new));
  }

  @SuppressWarnings("unchecked") // the document's own form
  private Map<String, Object> transport(String name) throws Exception {
    var all =
        (List<Map<String, Object>>)
            Objects.requireNonNull(
                Json.readObject(look("status", "--json").out()).get("transports"));
    return all.stream()
        .filter(each -> name.equals(each.get("name")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + all));
  }

  private static HttpResponse<String> health(ToolProcess tool) throws Exception {
    await().atMost(PATIENCE).until(() -> tool.complained().contains("metrics at"));
    String port = tool.complained().replaceAll("(?s).*127\\.0\\.0\\.1:(\\d+)/.*", "$1");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz")).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void eachIsShownByItself() throws Exception {
    Path config = directory.resolve("audit.conf");
    String settings =
        """
        source = stdin
        transport = ["near=file:%s", "far=stub:eagain"]
        failure-mode = silent
        metrics = 0
        near { backlog-limit = 100 }
        far { backlog-limit = 70 }
        """
            .formatted(directory.resolve("near.log"));
    Files.writeString(config, settings);
    try (var tool =
        ToolProcess.start(
            directory,
            "run",
            "--config",
            config.toString(),
            "--close-deadline",
            "0s",
            "--runtime-dir",
            directory.resolve("run").toString())) {
      tool.in().write("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
      tool.in().flush();
      await()
          .atMost(PATIENCE)
          .until(() ->
              look("status").code() == 0
                  && transport("near").toString().contains("delivered=2")
                  && transport("far").toString().contains("logged=2"));

      assertThat(look("status").outLines())
          .anyMatch(line -> line.startsWith("near: mainline -> file:"))
          .anyMatch(line -> line.equals("far: mainline -> stub:eagain"))
          .anyMatch(line -> line.matches(" +waiting +2 .*"));
      assertThat(look("top", "--once", "--interval", "100ms").outLines())
          .anyMatch(line -> line.startsWith("near main"))
          .anyMatch(line -> line.matches("far (main|retry|hold) .* of +70, high +2"))
          .anyMatch(line -> line.matches("near +2 logged, 2 delivered, 0 lost; daemon connected"))
          .anyMatch(line -> line.matches("far +2 logged, 0 delivered, 0 lost; daemon .*"));
      await().atMost(PATIENCE).until(() -> health(tool).statusCode() == 503);
      assertThat(health(tool).body().lines())
          .anyMatch(line -> line.equals("near: delivering: no record waits"))
          .anyMatch(line ->
              line.startsWith("far: stalled: 2 records wait, none was taken yet; ")
                  && line.contains("the stub takes nothing"));

      Files.writeString(config, settings.replace("= 70", "= 99").replace("near.log", "other.log"));
      tool.signal("HUP");
      await().atMost(PATIENCE).until(() -> tool.complained().contains("far.backlog-limit is"));
      assertThat(tool.complained())
          .contains("audit run: SIGHUP: set.far.backlog-limit is '99' now, and was '70'\n")
          .contains("other.log, far=stub:eagain' takes a new start\n")
          .doesNotContain("near.backlog-limit");
      assertThat(transport("far").get("settings").toString()).contains("backlogLimit=99");
      assertThat(transport("near").get("settings").toString()).contains("backlogLimit=100");

      tool.in().close();
      assertThat(tool.result().out())
          .contains("near: mainline -> file:", "far: mainline -> stub:eagain");
    }
    assertThat(directory.resolve("near.log")).content().hasLineCount(2);
  }
}
