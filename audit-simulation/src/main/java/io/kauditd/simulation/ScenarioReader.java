// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.FailureMode;
import io.kauditd.simulation.Arrivals.Bursts;
import io.kauditd.simulation.DaemonModel.Medium;
import io.kauditd.simulation.DaemonModel.Outage;
import io.kauditd.simulation.DaemonModel.Trouble;
import io.kauditd.spi.Durations;
import io.kauditd.spi.SendError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Makes a scenario of the sections of a file. */
final class ScenarioReader {
  /** What the simulator adds to a recorded log, so that the last records can be delivered. */
  private static final Duration AFTER_LOG = Duration.ofSeconds(10);

  private static final int MOST_SOCKET_RECORDS = 10_000_000;
  private static final Duration LONGEST_COST = Duration.ofSeconds(1);

  private final Path folder;
  private final List<String> defaultPolicies;

  ScenarioReader(Path folder, List<String> defaultPolicies) {
    this.folder = folder;
    this.defaultPolicies = defaultPolicies;
  }

  Scenario read(ScenarioSection top) {
    String title = top.text("title");
    Arrivals arrivals = arrivals(top.section("arrivals"));
    Duration duration = duration(top, arrivals);
    var scenario =
        new Scenario(
            title,
            duration,
            top.number("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
            (int) top.number("producers", 1, 1, Scenario.MAX_PRODUCERS),
            settings(top.section("settings")),
            arrivals,
            daemon(top.section("daemon"), duration),
            costs(top.section("costs")),
            policies(top));
    top.rejectUnknownKeys();
    return scenario;
  }

  private static Duration duration(ScenarioSection top, Arrivals arrivals) {
    if (!top.has("duration")
        && arrivals instanceof Arrivals.Recorded(Path _, double speed, RecordedTimes times)) {
      return Duration.ofMillis(Math.round(times.lengthMs() / speed)).plus(AFTER_LOG);
    }
    Duration duration = top.duration("duration");
    if (duration.isZero()) {
      throw top.wrong("duration", "is 0; there must be some time to simulate");
    }
    return duration;
  }

  private List<String> policies(ScenarioSection top) {
    List<String> policies = top.texts("policies").orElse(defaultPolicies);
    if (policies.isEmpty()) {
      throw top.wrong("policies", "is empty; name one at least");
    }
    return policies;
  }

  private static AuditSettings settings(ScenarioSection section) {
    AuditSettings defaults = AuditSettings.DEFAULTS;
    var settings =
        defaults
            .withBacklogLimit(
                (int)
                    section.number(
                        "backlogLimit",
                        defaults.backlogLimit(),
                        0,
                        AuditSettings.MAX_BACKLOG_LIMIT))
            .withBacklogWaitTimeMs(waitTimeMs(section, defaults))
            .withRateLimit((int) section.number("rateLimit", 0, 0, Integer.MAX_VALUE))
            .withFailureMode(
                section.has("failureMode")
                    ? section.choice("failureMode", FailureMode.values())
                    : defaults.failureMode())
            .withAuditDefault(section.flag("auditDefault", defaults.auditDefault()));
    section.rejectUnknownKeys();
    return settings;
  }

  private static long waitTimeMs(ScenarioSection section, AuditSettings defaults) {
    long ms =
        section
            .duration("backlogWaitTime", Duration.ofMillis(defaults.backlogWaitTimeMs()))
            .toMillis();
    if (ms > AuditSettings.MAX_BACKLOG_WAIT_TIME_MS) {
      throw section.wrong(
          "backlogWaitTime",
          "is "
              + Durations.inWords(Duration.ofMillis(ms))
              + "; it must be at most "
              + Durations.inWords(Duration.ofMillis(AuditSettings.MAX_BACKLOG_WAIT_TIME_MS)));
    }
    return ms;
  }

  private Arrivals arrivals(ScenarioSection section) {
    Arrivals arrivals = section.has("log") ? recorded(section) : rate(section);
    section.rejectUnknownKeys();
    return arrivals;
  }

  private Arrivals recorded(ScenarioSection section) {
    double speed = section.has("speed") ? section.rate("speed") : 1;
    if (speed < 1e-6) {
      throw section.wrong("speed", "is " + speed + "; it must be 0.000001 at least");
    }
    Path file = folder.resolve(section.text("log"));
    return new Arrivals.Recorded(file, speed, RecordedTimes.read(file));
  }

  private static Arrivals rate(ScenarioSection section) {
    double recordsPerSecond = section.rate("recordsPerSecond");
    boolean random = section.flag("random", true);
    Bursts bursts = Bursts.NONE;
    if (section.has("bursts")) {
      ScenarioSection inner = section.section("bursts");
      bursts =
          new Bursts(
              inner.duration("first", Duration.ZERO),
              inner.duration("every", Duration.ZERO),
              inner.duration("length"),
              inner.rate("recordsPerSecond"));
      if (!bursts.every().isZero() && bursts.every().compareTo(bursts.length()) < 0) {
        throw inner.wrong("every", "is shorter than 'length': the bursts would overlap");
      }
      inner.rejectUnknownKeys();
    }
    return new Arrivals.Rate(recordsPerSecond, random, bursts);
  }

  private static DaemonModel daemon(ScenarioSection section, Duration duration) {
    Medium medium =
        section.has("medium") ? section.choice("medium", Medium.values()) : Medium.SOCKET;
    double recordsPerSecond = section.rate("recordsPerSecond");
    if (recordsPerSecond < 1e-3) {
      throw section.wrong(
          "recordsPerSecond",
          "is " + recordsPerSecond + "; a daemon that reads nothing is an outage");
    }
    // 256 is what netlink's default receive buffer holds of records of the usual length.
    int socketRecords = (int) section.number("socketRecords", 256, 1, MOST_SOCKET_RECORDS);
    Duration sendTimeout = section.duration("sendTimeout", Duration.ofMillis(100));
    List<Outage> outages = new ArrayList<>();
    Duration earliest = Duration.ZERO;
    for (ScenarioSection inner : section.sections("outages")) {
      Outage outage = outage(inner, medium, earliest, duration);
      earliest = outage.to().orElse(duration);
      outages.add(outage);
    }
    section.rejectUnknownKeys();
    return new DaemonModel(medium, recordsPerSecond, socketRecords, sendTimeout, outages);
  }

  private static Outage outage(
      ScenarioSection section, Medium medium, Duration earliest, Duration duration) {
    Trouble trouble = section.choice("kind", Trouble.values());
    if (medium == Medium.FILE && trouble != Trouble.FAILING) {
      throw section.wrong("kind", "is one of a daemon; with medium = file it can only be failing");
    }
    Duration from = section.duration("from");
    if (from.compareTo(earliest) < 0 || from.compareTo(duration) >= 0) {
      throw section.wrong(
          "from", "is not after the outage before it, or not before the end of the scenario");
    }
    Optional<Duration> to =
        section.has("to") ? Optional.of(section.duration("to")) : Optional.empty();
    if (to.isPresent() && to.get().compareTo(from) <= 0) {
      throw section.wrong("to", "is not after 'from'");
    }
    Optional<SendError> error =
        trouble == Trouble.FAILING
            ? Optional.of(section.choice("error", errors()))
            : Optional.empty();
    section.rejectUnknownKeys();
    return new Outage(trouble, from, to, error);
  }

  /** REJECTED is about one record, not about a daemon. */
  private static SendError[] errors() {
    return Arrays.stream(SendError.values())
        .filter(error -> error != SendError.REJECTED)
        .toArray(SendError[]::new);
  }

  private static SimulationCosts costs(ScenarioSection section) {
    SimulationCosts defaults = SimulationCosts.DEFAULTS;
    var costs =
        new SimulationCosts(
            cost(section, "send", defaults.send()),
            cost(section, "pass", defaults.pass()),
            cost(section, "wakeUp", defaults.wakeUp()),
            cost(section, "log", defaults.log()));
    section.rejectUnknownKeys();
    return costs;
  }

  private static Duration cost(ScenarioSection section, String key, Duration defaultValue) {
    Duration cost = section.duration(key, defaultValue);
    // Without any cost, an engine that works all the time would stop virtual time.
    if (cost.isZero() || cost.compareTo(LONGEST_COST) > 0) {
      throw section.wrong(key, "must be between 1 ns and 1 s");
    }
    return cost;
  }
}
