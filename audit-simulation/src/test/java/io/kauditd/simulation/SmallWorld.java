// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.FailureMode;
import io.kauditd.api.ProducerContext;
import io.kauditd.api.RecordType;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.MemoryQueue;
import io.kauditd.core.Printk;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An engine with a few records, whose every choice is made by an oracle: what each attempt to send
 * comes to, and what other threads do just before it has its result. Two producers log: one meets
 * the backlog limit, the other skips it.
 *
 * <p>Its transport pulls a number of records ahead. What an oracle chooses, and in which order it
 * is asked, does not depend on that number, and neither must what comes of it.
 */
final class SmallWorld {
  /** More attempts than any pass that ends could make with so few records. */
  private static final int MAX_ATTEMPTS_A_PASS = 200;

  // What others do between two attempts.
  private static final int NOTHING = 0;
  private static final int CONNECT = 1;
  private static final int DISCONNECT = 2;
  private static final int LOG = 3;
  private static final int LOG_SKIPPING = 4;

  private static final List<String> RESULTS = List.of("ok", "EAGAIN", "ECONNREFUSED", "ENOBUFS");

  /** How much happens at most. */
  record Size(int records, int eventsInPass) {
    @Override
    public String toString() {
      return records + " records, " + eventsInPass + " events in a pass";
    }
  }

  /** Decides between {@code count} possibilities; {@code point} says where the pass stands. */
  @FunctionalInterface
  interface Oracle {
    int choose(int count, Supplier<String> point);
  }

  private final MemoryQueue main = new MemoryQueue();
  private final MemoryQueue retry = new MemoryQueue();
  private final MemoryQueue hold = new MemoryQueue();
  private final int maxRecords;
  private final int limit;
  private final int meanwhileBudget;
  private final int pullAhead;
  private final AuditEngine engine;
  private final OracleTransport transport = new OracleTransport();
  private final List<Long> delivered = new ArrayList<>();
  private final List<Long> shown = new ArrayList<>();
  private Oracle oracle = (count, point) -> 0;
  private int logged;
  private int attempts;
  private int meanwhiles;
  private int skippedBacklog;
  private long endlessPasses;
  private int chosen; // what others do before the next attempt, which ended the last call
  private StringBuilder passTrail = new StringBuilder();

  /**
   * A world.
   *
   * @param policy decides
   * @param size how many records are logged, and how many events others cause in one pass
   * @param limit the backlog limit
   * @param pullAhead how many records the transport pulls before it tries the first of them
   */
  SmallWorld(ErrorPolicy policy, Size size, int limit, boolean auditDefault, int pullAhead) {
    this.maxRecords = size.records();
    this.meanwhileBudget = size.eventsInPass();
    this.limit = limit;
    this.pullAhead = pullAhead;
    this.engine =
        Kauditd.builder()
            .settings(
                AuditSettings.DEFAULTS
                    .withBacklogLimit(limit)
                    .withFailureMode(FailureMode.SILENT)
                    .withAuditDefault(auditDefault))
            .policy("walked", policy)
            .transport("oracle", transport)
            .mainQueue(main)
            .retryQueue(retry)
            .holdQueue(hold)
            .maxBatchRecords(pullAhead)
            .clock(new ManualClock(0))
            .printk(Printk.silent(() -> false))
            .passive();
    engine.addListener(record -> shown.add(record.serial()));
  }

  boolean canLog() {
    return logged < maxRecords;
  }

  void log(ProducerContext context) {
    logged++;
    skippedBacklog += context.skipsBacklog() ? 1 : 0;
    engine.log(AuditRecord.of(RecordType.USER_LOGIN, 0, logged, "n"), context);
  }

  void connect(long peer) {
    engine.connect(peer);
    engine.runCommands();
  }

  void disconnect() {
    engine.disconnect();
    engine.runCommands();
  }

  /** Runs a pass whose choices the oracle makes; false if it had no end. */
  boolean pass(Oracle choices) {
    oracle = choices;
    attempts = 0;
    meanwhiles = 0;
    chosen = NOTHING;
    passTrail = new StringBuilder();
    engine.beginPass();
    while (engine.advance()) {
      transport.beforeAttempt();
      engine.send();
    }
    long before = endlessPasses;
    endlessPasses = engine.status().endlessPasses();
    return endlessPasses == before;
  }

  /** Whether a pass had no end; it was broken off somewhere. */
  boolean wasEndless() {
    return endlessPasses > 0;
  }

  /** Everything that decides what can happen from here on. */
  String state() {
    return state(engine.status());
  }

  private String state(AuditStatus status) {
    return "m"
        + ids(main)
        + "r"
        + ids(retry)
        + "h"
        + ids(hold)
        + "d"
        + delivered
        + "s"
        + shown
        + "l"
        + logged
        + "c"
        + status.daemon()
        + "x"
        + skippedBacklog;
  }

  /** The state, and what was counted on the way. */
  String stateAndLedger() {
    AuditStatus status = engine.status();
    return state(status) + status.ledger();
  }

  List<Long> delivered() {
    return delivered;
  }

  List<Long> shown() {
    return shown;
  }

  /** What is wrong between two passes, under every policy; empty if nothing is. */
  List<String> faults(boolean retryIsBounded, int holdSlack) {
    List<String> faults = new ArrayList<>();
    AuditStatus status = engine.status();
    var ledger = status.ledger();
    if (!ledger.balances() || ledger.logged() != logged) {
      faults.add("the ledger does not balance: " + ledger);
    }
    if (ledger.delivered() != delivered.size()
        || ledger.inMain() != ids(main).size()
        || ledger.inRetry() != ids(retry).size()
        || ledger.inHold() != ids(hold).size()) {
      faults.add("the ledger is not what is there: " + ledger + " " + state());
    }
    List<Long> somewhere = new ArrayList<>(delivered);
    somewhere.addAll(ids(main));
    somewhere.addAll(ids(retry));
    somewhere.addAll(ids(hold));
    if (somewhere.stream().distinct().count() != somewhere.size()) {
      faults.add("a record is in two places: " + state());
    }
    if (main.size() > limit + 1 + skippedBacklog
        || (retryIsBounded && retry.size() > limit)
        || hold.size() > limit + holdSlack) {
      faults.add("a queue is over its limit " + limit + ": " + state());
    }
    if (shown.stream().distinct().count() != shown.size()
        || !shown.equals(shown.stream().sorted().toList())) {
      faults.add("listeners saw a record twice or out of order: " + shown);
    }
    if (attempts > MAX_ATTEMPTS_A_PASS) {
      faults.add("a pass made " + attempts + " attempts");
    }
    return faults;
  }

  private static List<Long> ids(AuditQueue queue) {
    List<Long> ids = new ArrayList<>();
    for (AuditRecord record = queue.poll(); record != null; record = queue.poll()) {
      ids.add(record.serial());
    }
    queue.putBack(ids.size());
    return ids;
  }

  private final class OracleTransport implements Transport {
    private long lastRecord;
    private int row;

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.listening();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      List<AuditRecord> pulled = new ArrayList<>();
      while (pulled.size() < pullAhead) {
        AuditRecord record = batch.next();
        if (record == null) {
          break;
        }
        pulled.add(record);
      }
      int taken = 0;
      for (AuditRecord record : pulled) {
        if (taken > 0 && somebodyComes(record)) {
          return SendResult.sent(taken);
        }
        if (++attempts > MAX_ATTEMPTS_A_PASS) {
          return SendResult.failed(taken, SendError.ECONNREFUSED, "too many attempts");
        }
        String result = attempt(record);
        if (!result.equals("ok")) {
          return SendResult.failed(taken, SendError.valueOf(result), "oracle");
        }
        taken++;
      }
      return SendResult.sent(taken);
    }

    private String attempt(AuditRecord record) {
      row = record.serial() == lastRecord ? row + 1 : 1;
      lastRecord = record.serial();
      String result = RESULTS.get(oracle.choose(RESULTS.size(), () -> passTrail + "#" + row + "?"));
      if (result.equals("ok")) {
        delivered.add(record.serial());
      }
      if (result.equals("ok") || result.equals("ECONNREFUSED") || row >= 5) {
        settled(record, result);
      }
      return result;
    }

    /** The trail leaves out how often, and with which passing errors, a record was tried before. */
    private void settled(AuditRecord record, String result) {
      passTrail.append(record.serial()).append(result).append(' ');
    }

    /** Between two steps: others do what the oracle chooses, as often as it lets them. */
    void beforeAttempt() {
      while (chosen != NOTHING || somebodyComes(engine.inFlight())) {
        meanwhiles++;
        passTrail.append("#@").append(chosen).append(' ');
        switch (chosen) {
          case CONNECT -> connect(8);
          case DISCONNECT -> disconnect();
          case LOG -> log(ProducerContext.ATOMIC);
          default -> log(ProducerContext.DAEMON);
        }
        chosen = NOTHING;
      }
    }

    /** Asks whether somebody gets in before the attempt with this record. */
    private boolean somebodyComes(@Nullable AuditRecord record) {
      if (record == null || meanwhiles == meanwhileBudget) {
        return false;
      }
      int tried = record.serial() == lastRecord ? row : 0;
      int possibilities = canLog() ? LOG_SKIPPING + 1 : LOG;
      chosen = oracle.choose(possibilities, () -> passTrail + "#" + tried + "@");
      return chosen != NOTHING;
    }

    @Override
    public void close() {}
  }
}
