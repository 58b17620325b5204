// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.LostReason;
import io.kauditd.fixtures.Program;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Java Flight Recorder sees of an engine, in real recordings. */
@Timeout(60)
class FlightRecorderTest {
  private static final long PEER = 42;
  private static final int LIMIT = 2;
  private static final AuditSettings SETTINGS = AuditSettings.DEFAULTS.withBacklogLimit(LIMIT);
  private static final List<String> NAMES =
      List.of(
          "io.kauditd.Drop",
          "io.kauditd.FailedSend",
          "io.kauditd.Pass",
          "io.kauditd.ProducerWait",
          "io.kauditd.Reset");

  @TempDir private Path directory;
  private final Recording recording = new Recording();
  private final Moody transport = new Moody();
  private final AuditEngine engine =
      Kauditd.builder()
          .transport("moody", transport)
          .settings(SETTINGS)
          .retryPauses(Duration.ofNanos(1), Duration.ofNanos(1))
          .reopenPauses(Duration.ofNanos(1), Duration.ofNanos(1))
          .passive();

  /** A transport that fails as it is told to. */
  private static final class Moody implements Transport {
    private volatile @Nullable SendError error;

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected(PEER);
    }

    @Override
    public SendResult send(RecordBatch batch) {
      batch.next();
      SendError now = error;
      return now == null ? SendResult.sent(1) : SendResult.failed(0, now, "moody");
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void startRecording() {
    NAMES.forEach(name -> recording.enable(name).with("throttle", "off"));
    recording.start();
  }

  @AfterEach
  void close() {
    recording.close();
    engine.close(Duration.ZERO);
  }

  /** The events of a kind so far, oldest first. */
  private List<RecordedEvent> events(String name) throws IOException {
    Path file = directory.resolve("recording.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("io.kauditd." + name))
        .sorted((a, b) -> a.getStartTime().compareTo(b.getStartTime()))
        .toList();
  }

  private void log(int records) {
    for (int i = 0; i < records; i++) {
      engine.log(1112, "op=test");
    }
  }

  @Test
  void aPassTellsWhatItDidAndWhatIsLeft() throws IOException {
    log(3);
    engine.pass();
    log(2);
    transport.error = SendError.EAGAIN;
    engine.pass();

    List<RecordedEvent> passes = events("Pass");
    assertThat(passes).hasSize(2);
    RecordedEvent good = passes.get(0);
    assertThat(good.getLong("peer")).isEqualTo(PEER);
    assertThat(good.getLong("delivered")).isEqualTo(3);
    assertThat(good.getLong("failedSends")).isZero();
    assertThat(good.getInt("inRetry")).isZero();
    assertThat(good.getBoolean("endless")).isFalse();
    assertThat(good.getDuration()).isPositive();
    assertThat(good.getStackTrace()).isNull();
    RecordedEvent bad = passes.get(1);
    assertThat(bad.getLong("delivered")).isZero();
    assertThat(bad.getLong("failedSends")).isEqualTo(engine.status().failedSends()).isPositive();
    assertThat(bad.getInt("inRetry")).isEqualTo((int) engine.status().ledger().inRetry());
  }

  @Test
  void aFailedSendTellsWhatTheTransportSays() throws IOException {
    transport.error = SendError.EAGAIN;
    log(1);
    engine.pass();

    assertThat(events("FailedSend"))
        .hasSize((int) engine.status().failedSends())
        .isNotEmpty()
        .allSatisfy(event -> {
          assertThat(event.getLong("peer")).isEqualTo(PEER);
          assertThat(event.getString("queue")).isEqualTo("main");
          assertThat(event.getString("error")).isEqualTo("EAGAIN");
          assertThat(event.getString("reason")).isEqualTo("moody");
        });
  }

  @Test
  void aResetTellsWhatEndedTheConnection() throws IOException {
    transport.error = SendError.ECONNREFUSED;
    log(1);
    engine.pass();

    assertThat(engine.status().resets()).isEqualTo(1);
    assertThat(events("Reset"))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getLong("peer")).isEqualTo(PEER);
          assertThat(event.getString("lastError")).isEqualTo("ECONNREFUSED: moody");
        });
  }

  /** At the gate, and behind it. */
  @Test
  void everyDropIsSeenWithItsReason() throws IOException {
    log(LIMIT + 1 + 2); // the gate refuses two
    transport.error = SendError.EAGAIN;
    engine.pass(); // the retry queue takes no more than its limit
    engine.configure(settings -> settings.withAuditDefault(false));
    transport.error = SendError.ECONNREFUSED;
    log(1);
    engine.pass(); // what should be held is not

    List<RecordedEvent> drops = events("Drop");
    for (LostReason reason : LostReason.values()) {
      long seen =
          drops.stream()
              .filter(event -> event.getString("reason").equalsIgnoreCase(reason.name()))
              .mapToLong(event -> event.getLong("dropped"))
              .sum();
      assertThat(seen).as("%s", reason).isEqualTo(engine.status().ledger().dropped(reason));
    }
    assertThat(drops)
        .extracting(event -> event.getString("reason"))
        .contains("backlog_limit", "retry_overflow", "not_held");
    assertThat(drops)
        .allSatisfy(event ->
            assertThat(event.getBoolean("lost"))
                .isEqualTo(!event.getString("reason").equals("not_held")));
    assertThat(drops.getFirst().getStackTrace().getFrames())
        .as("who logged what the gate refused")
        .anyMatch(frame -> frame.getMethod().getType().getName().equals(getClass().getName()));
  }

  /** Without the settings that the other tests make. */
  @Test
  void aFloodOfDropsIsThrottledAndStillSeenAfterwards() throws IOException {
    recording.enable("io.kauditd.Drop").with("throttle", PassEvent.MOST);
    log(20_000);
    int seen = events("Drop").size();

    assertThat(seen).isPositive().isLessThan(20_000 - LIMIT);
    while (events("Drop").size() == seen) { // ended by the timeout if there is never another
      log(1);
    }
  }

  /** One event for each producer that waited, however often it looked for room meanwhile. */
  @Test
  void aProducerThatWaitsIsSeenOnce() throws Exception {
    engine.configure(settings -> settings.withBacklogWaitTimeMs(60_000));
    log(LIMIT + 1);
    assertThat(events("ProducerWait")).as("while there was room").isEmpty();

    Thread producer = Thread.ofPlatform().name("waits").start(() -> log(1));
    while (producer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    engine.pass();
    producer.join();
    engine.configure(settings -> settings.withBacklogWaitTimeMs(1));
    Thread inVain = Thread.ofPlatform().name("waits in vain").start(() -> log(LIMIT + 1));
    inVain.join();

    List<RecordedEvent> waits = events("ProducerWait");
    assertThat(waits).hasSize(2);
    assertThat(waits.get(0).getBoolean("accepted")).isTrue();
    assertThat(waits.get(0).getThread().getJavaName()).isEqualTo("waits");
    assertThat(waits.get(0).getDuration()).isPositive();
    assertThat(waits.get(1).getBoolean("accepted")).isFalse();
    assertThat(waits.get(1).getInt("backlog")).isEqualTo(LIMIT + 1);
    assertThat(waits.get(1).getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(1));
  }

  @Test
  void aRecordThatTakesTheUsualWayIsNoEventOfAProducer() throws IOException {
    for (int i = 0; i < 100; i++) {
      log(2);
      engine.pass();
    }

    assertThat(events("Drop")).isEmpty();
    assertThat(events("ProducerWait")).isEmpty();
    assertThat(events("FailedSend")).isEmpty();
    assertThat(events("Pass")).hasSize(100);
  }

  /** What somebody sees who opens a recording and knows nothing else. */
  @Test
  void everyEventExplainsItself() throws IOException {
    log(1);
    engine.pass();
    Path docs = Path.of("..", "docs", "operate", "metrics.md");
    List<EventType> types =
        FlightRecorder.getFlightRecorder().getEventTypes().stream()
            .filter(type -> type.getName().startsWith("io.kauditd."))
            .sorted((a, b) -> a.getName().compareTo(b.getName()))
            .toList();

    assertThat(types).extracting(EventType::getName).containsExactlyElementsOf(NAMES);
    assertThat(
            Pattern.compile("`(io\\.kauditd\\.[A-Z][A-Za-z]+)`")
                .matcher(Files.readString(docs))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList())
        .as("the names that %s lists", docs)
        .containsExactlyInAnyOrderElementsOf(NAMES);
    for (EventType type : types) {
      assertThat(type.getLabel()).isNotBlank();
      assertThat(type.getDescription()).isNotBlank();
      assertThat(type.getCategoryNames()).containsExactly("kauditd");
      assertThat(type.getSettingDescriptors())
          .as("%s is throttled", type.getName())
          .anyMatch(
              each -> each.getName().equals("throttle") && each.getDefaultValue().equals("1000/s"));
      var standard = new TreeSet<>(List.of("startTime", "duration", "eventThread", "stackTrace"));
      for (ValueDescriptor field : type.getFields()) {
        if (!standard.contains(field.getName())) {
          assertThat(field.getLabel()).as("%s.%s", type.getName(), field.getName()).isNotBlank();
          assertThat(field.getDescription()).as(field.getName()).isNotBlank();
          assertThat(Files.readString(docs)).contains("`" + field.getName() + "`");
        }
      }
    }
    ValueDescriptor delivered = types.get(2).getField("delivered");
    assertThat(delivered.getAnnotationElements())
        .anyMatch(each -> each.getTypeName().endsWith("RecordCount"));
  }

  /** The recorder takes long to prepare: that is left to those who use it, at any time. */
  @Test
  void aProgramPreparesNoRecorderUntilSomebodyRecords() throws Exception {
    String recording = directory.resolve("late.jfr").toString();
    Process process =
        new ProcessBuilder(Program.command(RecordsLate.class, List.of(), recording))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (Reader out = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
      assertThat(out.readAllAsString())
          .isEqualTo("prepared: false\n[io.kauditd.Drop, io.kauditd.Pass]\n");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Passes and a loss without the recorder, then one of each with it. */
  static final class RecordsLate {
    public static void main(String[] args) throws IOException {
      try (AuditEngine engine =
          Kauditd.builder()
              .transport("memory", new MemoryTransport(100))
              .settings(SETTINGS)
              .passive()) {
        passAndLose(engine);
        System.out.println("prepared: " + FlightRecorder.isInitialized());
        try (var recording = new Recording()) {
          recording.start();
          passAndLose(engine);
          recording.dump(Path.of(args[0]));
        }
      }
      System.out.println(
          RecordingFile.readAllEvents(Path.of(args[0])).stream()
              .map(event -> event.getEventType().getName())
              .filter(name -> name.startsWith("io.kauditd."))
              .sorted()
              .toList());
    }

    private static void passAndLose(AuditEngine engine) {
      for (int i = 0; i < LIMIT + 2; i++) {
        engine.log(1112, "op=test");
      }
      engine.pass();
    }
  }
}
