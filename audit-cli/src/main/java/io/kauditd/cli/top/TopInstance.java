// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.Json;
import io.kauditd.cli.command.NumberText;
import io.kauditd.cli.live.StatusClient;
import io.kauditd.cli.status.ReportText;
import io.kauditd.cli.top.TopSample.Depth;
import io.kauditd.cli.top.TopSample.Fact;
import io.kauditd.cli.top.TopSample.Total;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A running {@code audit run}, asked over its control socket as {@code audit status} does. */
final class TopInstance implements TopSource {
  private final StatusClient client;
  private final long pid;

  TopInstance(StatusClient client, long pid) {
    this.client = client;
    this.pid = pid;
  }

  @Override
  public Optional<TopSample> sample() throws IOException {
    try {
      return client.ask(pid).map(answer -> of(Json.readObject(answer.json())));
    } catch (IllegalArgumentException e) {
      throw new IOException("process " + pid + " does not answer with its status", e);
    }
  }

  /** From the document about a run. */
  static TopSample of(Map<String, @Nullable Object> document) {
    Map<String, @Nullable Object> ledger = ReportText.child(document, "ledger");
    Map<String, @Nullable Object> counters = ReportText.child(document, "counters");
    Object lastError = document.get("lastError");
    return new TopSample(
        "pid %s, up %s".formatted(ReportText.number(document, "pid"), ReportText.upTime(document)),
        "%s -> %s -> %s"
            .formatted(
                Harmless.line(String.valueOf(document.get("source"))),
                Harmless.line(String.valueOf(document.get("policy"))),
                Harmless.line(String.valueOf(document.get("transport")))),
        depths(document),
        List.of(
            new Total("logged", ReportText.number(ledger, "logged")),
            new Total("delivered", ReportText.number(ledger, "delivered"))),
        new Total("lost", ReportText.number(document, "lost")),
        losses(ReportText.child(ledger, "dropped")),
        ReportText.isConnected(document),
        ReportText.daemon(document)
            + ", given up "
            + NumberText.grouped(ReportText.number(counters, "resets"), "time"),
        facts(document, counters),
        lastError == null ? null : Harmless.line(String.valueOf(lastError)));
  }

  /** The queues of each transport; where there are several, with its name. */
  private static List<Depth> depths(Map<String, @Nullable Object> document) {
    List<Map<String, @Nullable Object>> transports = ReportText.transports(document);
    if (transports.size() < 2) {
      return depths(document, "");
    }
    return transports.stream()
        .flatMap(each -> depths(each, Harmless.line(each.get("name") + " ")).stream())
        .toList();
  }

  private static List<Depth> depths(Map<String, @Nullable Object> engine, String prefix) {
    return List.of(
        depth(engine, prefix, "main", "inMain"),
        depth(engine, prefix, "retry", "inRetry"),
        depth(engine, prefix, "hold", "inHold"));
  }

  private static Depth depth(
      Map<String, @Nullable Object> document, String prefix, String queue, String inQueue) {
    return new Depth(
        prefix + queue,
        ReportText.number(ReportText.child(document, "ledger"), inQueue),
        ReportText.number(ReportText.child(document, "highWater"), queue),
        ReportText.number(ReportText.child(document, "settings"), "backlogLimit"));
  }

  private static List<Total> losses(Map<String, @Nullable Object> dropped) {
    var losses = new ArrayList<Total>();
    dropped
        .keySet()
        .forEach(reason ->
            losses.add(
                new Total(
                    Harmless.line(ReportText.spaced(reason)), ReportText.number(dropped, reason))));
    return losses;
  }

  private static List<Fact> facts(
      Map<String, @Nullable Object> document, Map<String, @Nullable Object> counters) {
    var facts = new ArrayList<Fact>();
    List<Map<String, @Nullable Object>> transports = ReportText.transports(document);
    if (transports.size() > 1) {
      for (Map<String, @Nullable Object> each : transports) {
        facts.add(fact(each));
      }
    }
    facts.add(
        new Fact(
            "sends",
            "attempts: %s, failed: %s, passes: %s"
                .formatted(
                    count(counters, "sendAttempts"),
                    count(counters, "failedSends"),
                    count(counters, "passes"))));
    facts.add(
        new Fact(
            "waited", ReportText.time(document, "backlogWaitTimeActualMs") + ", by all producers"));
    facts.add(new Fact("printed", count(counters, "printed")));
    long sentAgain = ReportText.number(ReportText.child(document, "ledger"), "sentAgain");
    if (sentAgain > 0) {
      facts.add(
          new Fact(
              "sent again",
              NumberText.grouped(sentAgain, "record") + ", whose acknowledgement was lost"));
    }
    long problems = ReportText.number(ReportText.child(document, "problems"), "count");
    if (problems > 0) {
      facts.add(new Fact("problems", NumberText.grouped(problems) + " in what the source read"));
    }
    return facts;
  }

  /** One of several transports. */
  private static Fact fact(Map<String, @Nullable Object> transport) {
    Map<String, @Nullable Object> ledger = ReportText.child(transport, "ledger");
    return new Fact(
        Harmless.line(String.valueOf(transport.get("name"))),
        "%s logged, %s delivered, %s lost; daemon %s"
            .formatted(
                count(ledger, "logged"),
                count(ledger, "delivered"),
                count(transport, "lost"),
                ReportText.daemon(transport)));
  }

  private static String count(Map<String, @Nullable Object> map, String name) {
    return NumberText.grouped(ReportText.number(map, name));
  }
}
