// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.Json;
import io.kauditd.cli.command.Problems;
import io.kauditd.cli.command.ResultFile;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.ShutdownHooks;
import io.kauditd.cli.command.ToolLogger;
import io.kauditd.cli.config.LiveOptions;
import io.kauditd.cli.config.PluginSlot;
import io.kauditd.cli.config.RunKey;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.cli.live.ControlDirectory;
import io.kauditd.cli.live.Servers;
import io.kauditd.cli.live.ServiceManager;
import io.kauditd.cli.live.StatusServer;
import io.kauditd.cli.plugin.Directories;
import io.kauditd.cli.status.ReportText;
import io.kauditd.spi.Reasons;
import io.kauditd.spi.RecordSource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run from its first record to its summary.
 *
 * <p>The thread that calls {@link #run} waits for the end, then closes the source, drains the
 * queues and writes the summary. Signals only ask for the end. If the JVM ends for another reason,
 * a shutdown hook waits until that thread is done.
 */
final class Run {
  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  /** A source ends within a second of being closed; one that does not is left behind. */
  private static final Duration SOURCE_PATIENCE = Duration.ofSeconds(2);

  /** How soon a second signal ends the drain. */
  private static final Duration DRAIN_TURN = Duration.ofMillis(50);

  /** Half a second without a delivery: the daemon is away, or takes nothing. */
  private static final int FRUITLESS_TURNS = 10;

  private static final Duration SUMMARY_PATIENCE = Duration.ofSeconds(5);

  private final LiveOptions live;
  private final Directories directories;
  private final Screen screen;
  private final RecordSource source;
  private final Engines engines;
  private final List<Part> parts;
  private final ManagedAuditLog audit;
  private final Problems problems;
  private final RunEnd end;
  private final RunReport report;
  private final Servers servers;
  private final CountDownLatch finished = new CountDownLatch(1);
  private final CountDownLatch hurried = new CountDownLatch(1);

  @Inject
  Run(
      LiveOptions live,
      Directories directories,
      Screen screen,
      RecordSource source,
      Engines engines,
      Problems problems,
      RunEnd end,
      RunReport report,
      Servers servers) {
    this.live = live;
    this.directories = directories;
    this.screen = screen;
    this.source = source;
    this.engines = engines;
    this.parts = parts(live.now().source().toString(), source, engines);
    this.audit = engines.front();
    this.problems = problems;
    this.end = end;
    this.report = report;
    this.servers = servers;
  }

  /** The source and the transports, with the files that a new summary may not replace. */
  private static List<Part> parts(String sourceName, RecordSource source, Engines engines) {
    var parts = new ArrayList<Part>();
    parts.add(Part.of("source '" + sourceName + "'", source));
    engines
        .all()
        .values()
        .forEach(engine ->
            parts.add(
                Part.of(
                    "transport '" + engine.delivery().choice(PluginSlot.TRANSPORT) + "'",
                    engine.transport())));
    return List.copyOf(parts);
  }

  private void refuseSummary(RunOptions wanted) {
    parts.forEach(part -> SamePlaces.refuseSummary(wanted.summary(), part.name(), part.files()));
  }

  /**
   * Runs to the end.
   *
   * @param signals their requests are carried out while the run goes on
   * @param manager learns when the run is ready and when it ends
   * @return the exit code
   */
  int run(RunSignals signals, ServiceManager manager) {
    Thread hook = Thread.ofPlatform().name("shutdown").unstarted(this::stopAtShutdown);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      signals.answer(new Answers(manager));
      RunEnd.Reason reason = work(manager);
      drain(closeDeadline(reason));
      finishSource();
      int exitCode = exitCode(reason);
      summarise(reason, exitCode);
      return reason.signal() == 0 ? exitCode : 128 + reason.signal();
    } finally {
      finished.countDown();
      ShutdownHooks.remove(hook);
    }
  }

  /** Delivers records until there is a reason to end. */
  private RunEnd.Reason work(ServiceManager manager) {
    Thread reader = Thread.ofPlatform().name("source").daemon(true).unstarted(this::readSource);
    try (var status = openStatus();
        var progress = Progress.start(screen, audit::status)) {
      if (end.reason() != null) { // a signal has come already
        source.close();
        return end.await();
      }
      reader.start();
      manager.ready(engines.logs());
      RunEnd.Reason reason = end.await();
      manager.stopping(closeDeadline(reason));
      source.close();
      join(reader);
      return reason;
    } catch (Exception e) {
      LOG.warn("the status or the progress cannot be closed: {}", e.toString());
      return end.await();
    }
  }

  /**
   * Delivers the waiting records until the time is over or a second signal comes, or until all that
   * is left is there at the next start and none of it goes out, and closes the log. A close cannot
   * be shortened once it has begun, so the time is spent before it.
   */
  private void drain(Duration deadline) {
    long endNs = System.nanoTime() + TimeUnit.NANOSECONDS.convert(deadline);
    long delivered = audit.status().ledger().delivered();
    int fruitless = 0;
    Duration left = deadline;
    while (hurried.getCount() > 0
        && left.isPositive()
        && audit.status().ledger().waiting() > 0
        && fruitless < FRUITLESS_TURNS) {
      Duration turn = left.compareTo(DRAIN_TURN) < 0 ? left : DRAIN_TURN;
      long before = delivered;
      boolean kept = audit.flush(turn).isComplete();
      if (kept) {
        awaitHurry(turn); // the rest lies in queues that survive, and may still be delivered
      }
      delivered = audit.status().ledger().delivered();
      fruitless = kept && delivered == before ? fruitless + 1 : 0;
      left = Duration.ofNanos(endNs - System.nanoTime());
    }
    audit.close(hurried.getCount() == 0 || left.isNegative() ? Duration.ZERO : left);
  }

  private void awaitHurry(Duration longest) {
    try {
      hurried.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration closeDeadline(RunEnd.Reason reason) {
    return reason.kind() == RunEnd.Kind.PANIC ? Duration.ZERO : live.now().closeDeadline();
  }

  /** What signals ask for. */
  private final class Answers implements RunSignals.Requests {
    private final ServiceManager manager;

    Answers(ServiceManager manager) {
      this.manager = manager;
    }

    @Override
    public void reload() {
      if (end.reason() != null) {
        say("SIGHUP: the run is ending; nothing changes any more");
        return;
      }
      manager.reloading();
      live.reload(engines.logs(), Run.this::refuseSummary)
          .forEach(sentence -> say("SIGHUP: " + sentence));
      manager.reloaded();
    }

    @Override
    public void rotate() {
      audit.rotate();
    }

    @Override
    public void resume() {
      audit.resume();
    }

    @Override
    public void hurry(String signal) {
      say("a second " + signal + ": what still waits is not delivered any more");
      hurried.countDown();
    }
  }

  private void say(String sentence) {
    screen.err().println(Harmless.line("audit run: " + sentence));
  }

  private AutoCloseable openStatus() {
    try {
      var directory =
          new ControlDirectory(
              directories.runtime(), directories.runtimeNamed(), live.now().statusGroup());
      StatusServer server = StatusServer.open(directory, () -> Json.write(report.running()));
      servers.add(Servers.STATUS, server::counts);
      return server;
    } catch (FileSystemException e) { // its message is no sentence
      return unseen(directories.runtime() + ": " + Reasons.of(e));
    } catch (IOException | UnsupportedOperationException e) {
      return unseen(String.valueOf(e.getMessage()));
    }
  }

  private static AutoCloseable unseen(String reason) {
    LOG.warn("'audit status' will not see this run: {}", reason);
    return () -> {};
  }

  private void readSource() {
    String name = "source '" + live.now().source() + "'";
    try {
      source.run(new EngineSink(engines, problems));
      end.sourceEnded();
    } catch (IOException e) {
      end.sourceFailed(RunEnd.Kind.SOURCE_FAILED, name + ": " + messageOf(e), e);
    } catch (RuntimeException | Error e) {
      end.sourceFailed(
          RunEnd.Kind.SOURCE_FAULT, name + " failed, which is a fault of the plug-in: " + e, e);
    }
  }

  /** Nothing more is settled: a source that remembers how far it was writes that down. */
  private void finishSource() {
    try {
      source.finish();
    } catch (IOException e) {
      problems.add(messageOf(e));
    }
  }

  private static String messageOf(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static void join(Thread reader) {
    try {
      if (!reader.join(SOURCE_PATIENCE)) {
        LOG.warn("the source does not end; what it still reads is not taken any more");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int exitCode(RunEnd.Reason reason) {
    return switch (reason.kind()) {
      case PANIC -> ExitCode.PANIC;
      case SOURCE_FAILED -> ExitCode.INPUT_OUTPUT;
      case SOURCE_FAULT -> ExitCode.INTERNAL;
      case SOURCE_ENDED, SIGNAL ->
          engines.all().values().stream().allMatch(this::hasDeliveredAll) && problems.count() == 0
              ? ExitCode.OK
              : ExitCode.NOT_ALL;
    };
  }

  private boolean hasDeliveredAll(Engines.Engine engine) {
    Ledger ledger = engine.log().status().ledger();
    long elsewhere = engines.keepsRejected() ? ledger.dropped(LostReason.REJECTED) : 0;
    return ledger.waiting() == 0
        && ledger.droppedTotal() == ledger.dropped(LostReason.FILTERED) + elsewhere;
  }

  private void summarise(RunEnd.Reason reason, int exitCode) {
    var document = report.ended(exitCode);
    boolean nothingCame =
        audit.status().ledger().logged() == 0 && exitCode == ExitCode.INPUT_OUTPUT;
    if (!live.now().quiet() && !nothingCame) {
      ReportText.of(document).forEach(screen.out()::println);
    }
    if (reason.message() != null) {
      String kind = reason.kind() == RunEnd.Kind.PANIC ? "panic: " : "";
      say(kind + reason.message());
      if (ToolLogger.isDebug() && reason.cause() != null) {
        reason.cause().printStackTrace(screen.err());
      }
    }
    Path file = live.now().summary();
    if (file != null) {
      byte[] json = (Json.write(document) + "\n").getBytes(StandardCharsets.UTF_8);
      new ResultFile(RunKey.SUMMARY.option(), file).write(json);
    }
  }

  private void stopAtShutdown() {
    end.signal();
    Duration patience = live.now().closeDeadline().plus(SOURCE_PATIENCE).plus(SUMMARY_PATIENCE);
    try {
      if (!finished.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        screen.err().println("audit run: the end took too long and was cut short");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
