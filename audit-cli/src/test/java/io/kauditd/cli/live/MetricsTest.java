// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kauditd.cli.ReadmeTest;
import io.kauditd.cli.RunArguments;
import io.kauditd.cli.Tool;
import io.kauditd.cli.ToolProcess;
import io.kauditd.cli.command.Json;
import io.kauditd.fixtures.CommandResult;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code audit run --metrics}, asked as Prometheus asks it, and what is written for its names. */
class MetricsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern URL = Pattern.compile("metrics at (http://127\\.0\\.0\\.1:\\d+)/");
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^(?<series>(?<name>[a-z_]+)(?:\\{(?<tags>[^}]*)})?) (?<value>\\S+)$");
  private static final Pattern NAME = Pattern.compile("kauditd_[a-z_]+");
  private static final Pattern TAG = Pattern.compile("([a-z]+)=~?\"([^\"]*)\"");

  /** What a scrape of Prometheus adds by itself. */
  private static final Set<String> TARGET_TAGS = Set.of("instance", "job");

  @TempDir private static Path directory;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static ToolProcess tool;
  private static String root;

  @BeforeAll
  static void startTool() throws Exception {
    tool =
        ToolProcess.start(
            directory,
            RunArguments.of(
                directory.resolve("run"),
                "generate:0",
                "null",
                "--set",
                "rate=1000",
                "--metrics",
                "0"));
    await().atMost(PATIENCE).until(() -> URL.matcher(tool.complained()).find());
    Matcher url = URL.matcher(tool.complained());
    assertThat(url.find()).isTrue();
    root = url.group(1);
  }

  @AfterAll
  static void stopTool() {
    tool.close();
    CLIENT.close();
  }

  private static HttpResponse<String> request(String method, String path, String accept)
      throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(root + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Accept", accept)
            .timeout(PATIENCE)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Every series and its value. */
  private static Map<String, Double> scrape() throws Exception {
    var series = new LinkedHashMap<String, Double>();
    SAMPLE
        .matcher(request("GET", "/metrics", "*/*").body())
        .results()
        .forEach(sample ->
            series.put(
                sample.group("series"),
                Double.parseDouble(sample.group("value").replace("+Inf", "Infinity"))));
    return series;
  }

  private static Set<String> namesIn(String text) {
    return NAME.matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void servesWhatTheRunDoes() throws Exception {
    await()
        .atMost(PATIENCE)
        .until(() -> scrape().getOrDefault("kauditd_delivered_records_total", 0.0) > 100);
    Map<String, Double> first = scrape();
    await()
        .atMost(PATIENCE)
        .until(() ->
            scrape().get("kauditd_delivered_records_total")
                > first.get("kauditd_delivered_records_total"));
    Map<String, Double> second = scrape();

    assertThat(second)
        .containsEntry("kauditd_connected", 1.0)
        .containsEntry("kauditd_queue_limit_records{queue=\"hold\"}", 8192.0)
        .containsEntry("kauditd_dropped_records_total{reason=\"hold_overflow\"}", 0.0);
    assertThat(second.keySet()).isEqualTo(first.keySet());
    first.forEach((series, value) -> {
      if (series.contains("_total")) {
        assertThat(second.get(series)).as(series).isGreaterThanOrEqualTo(value);
      }
    });
  }

  @Test
  void speaksAsItIsAsked() throws Exception {
    HttpResponse<String> text = request("GET", "/metrics", "text/plain");
    HttpResponse<String> open = request("GET", "/metrics", "application/openmetrics-text;q=0.9");
    HttpResponse<String> head = request("HEAD", "/metrics", "*/*");
    HttpResponse<String> other = request("GET", "/metric", "*/*");
    HttpResponse<String> post = request("POST", "/metrics", "*/*");

    assertThat(text.statusCode()).isEqualTo(200);
    assertThat(text.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(text.body()).contains("# HELP kauditd_connected 1 while a daemon is connected");
    assertThat(open.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/openmetrics-text");
    assertThat(open.body()).endsWith("# EOF\n");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(other.statusCode()).isEqualTo(404);
    assertThat(other.body()).isEqualTo("there are /metrics and /healthz\n");
    assertThat(post.statusCode()).isEqualTo(405);
  }

  @Test
  void theDocumentationNamesEveryMeterAndNoOther() throws Exception {
    Set<String> served = namesIn(String.join("\n", scrape().keySet()));
    Path docs = ReadmeTest.ROOT.resolve("docs/operate/metrics.md");

    assertThat(namesIn(Files.readString(docs))).isEqualTo(served);
  }

  @Test
  void theDashboardKnowsTheseNamesAndTags() throws Exception {
    Map<String, Double> series = scrape();
    Map<String, Object> dashboard =
        Json.readObject(
            Files.readString(ReadmeTest.ROOT.resolve("docs/operate/grafana/kauditd.json")));
    var unknown = new ArrayList<String>();
    var shown = new TreeSet<String>();
    for (Map<String, Object> panel : maps(dashboard.get("panels"))) {
      assertThat(panel).containsKeys("title", "description", "gridPos");
      for (Map<String, Object> target : maps(panel.get("targets"))) {
        String query = target.get("expr") + " " + legendTags(target.get("legendFormat"));
        shown.addAll(namesIn(query));
        unknownIn(query, series.keySet()).forEach(unknown::add);
      }
    }

    assertThat(unknown).isEmpty();
    // What came from an earlier run is a matter of the ledger, not of a dashboard.
    assertThat(namesIn(String.join("\n", series.keySet())))
        .containsAll(shown)
        .hasSize(shown.size() + 1);
  }

  /** {@code {{queue}}} of a legend, written as a query has it. */
  private static String legendTags(@Nullable Object legend) {
    return String.valueOf(legend).replaceAll("\\{\\{([a-z]+)}}", "$1=\".*\"");
  }

  /** Names and tags of a query that no series has. */
  private static List<String> unknownIn(String query, Set<String> series) {
    var unknown = new ArrayList<String>();
    for (String name : namesIn(query)) {
      List<String> named =
          series.stream().filter(each -> each.replaceAll("\\{.*", "").equals(name)).toList();
      if (named.isEmpty()) {
        unknown.add(name);
      }
      TAG.matcher(query)
          .results()
          .filter(tag -> !TARGET_TAGS.contains(tag.group(1)))
          .filter(tag ->
              named.stream()
                  .noneMatch(
                      each -> each.matches(".*" + tag.group(1) + "=\"" + tag.group(2) + "\".*")))
          .forEach(tag -> unknown.add(name + " with " + tag.group()));
    }
    return unknown;
  }

  @Test
  void theDashboardsPanelsDoNotOverlap() throws Exception {
    Map<String, Object> dashboard =
        Json.readObject(
            Files.readString(ReadmeTest.ROOT.resolve("docs/operate/grafana/kauditd.json")));
    boolean[][] taken = new boolean[200][24];
    for (Map<String, Object> panel : maps(dashboard.get("panels"))) {
      Map<String, Object> place = map(panel.get("gridPos"));
      for (long y = number(place, "y"); y < number(place, "y") + number(place, "h"); y++) {
        for (long x = number(place, "x"); x < number(place, "x") + number(place, "w"); x++) {
          assertThat(taken[(int) y][(int) x]).as("%s at %s", panel.get("title"), place).isFalse();
          taken[(int) y][(int) x] = true;
        }
      }
      assertThat(map(map(panel.get("fieldConfig")).get("defaults"))).containsKey("unit");
    }
  }

  @SuppressWarnings("unchecked") // JSON objects have strings as names
  private static Map<String, Object> map(@Nullable Object value) {
    assertThat(value).isInstanceOf(Map.class);
    return (Map<String, Object>) value;
  }

  private static List<Map<String, Object>> maps(@Nullable Object value) {
    assertThat(value).isInstanceOf(List.class);
    return ((List<?>) value).stream().<Map<String, Object>>map(MetricsTest::map).toList();
  }

  private static long number(Map<String, Object> map, String name) {
    return ((Number) map.get(name)).longValue();
  }

  private CommandResult run(String metrics) {
    return Tool.run(
        "run",
        "--source",
        "generate:1",
        "--transport",
        "file:" + directory.resolve("never.log"),
        "--metrics",
        metrics);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "65536", "-1", "9464:", "here", ":9464", "a:b:1", "[x]:1", "99999999"})
  void refusesWhatIsNoPort(String text) {
    CommandResult result = run(text);

    assertThat(result.complaint())
        .isEqualTo(
            "audit run: --metrics: '"
                + text
                + "' is not valid; it takes a port between 0 and 65535, such as 9464, on the"
                + " loopback address, or HOST:PORT");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void saysThatAPortIsInUseBeforeItDoesAnything() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String place = "127.0.0.1:" + other.getLocalPort();
      CommandResult result = run(Integer.toString(other.getLocalPort()));

      assertThat(result.complaint())
          .startsWith("audit run: --metrics: cannot listen on " + place + " (")
          .endsWith("); give another, or 0 for any port that is free")
          .hasLineCount(1);
      assertThat(result.code()).isEqualTo(3);
      assertThat(directory.resolve("never.log")).doesNotExist();
    }
  }

  @Test
  void saysThatAHostIsNotOfThisMachine() {
    assertThat(run("no.such.host.invalid:1").complaint())
        .isEqualTo(
            "audit run: --metrics: the host 'no.such.host.invalid' is not known; give an address of"
                + " this machine, or a port alone");
    assertThat(run("192.0.2.1:0").complaint())
        .startsWith("audit run: --metrics: cannot listen on 192.0.2.1:0 (")
        .hasLineCount(1);
  }
}
