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

/**
 * An engine with a few records, whose every choice is made by an oracle: what each attempt to send
 * comes to, and what other threads do just before it has its result.
 */
final class SmallWorld {
  static final int MAX_RECORDS = 4;

  /** More attempts than any pass that ends could make with so few records. */
  private static final int MAX_ATTEMPTS_A_PASS = 200;

  private static final List<String> RESULTS = List.of("ok", "EAGAIN", "ECONNREFUSED", "ENOBUFS");

  /** Decides between {@code count} possibilities; {@code state} says where the world stands. */
  @FunctionalInterface
  interface Oracle {
    int choose(int count, String state);
  }

  private final MemoryQueue main = new MemoryQueue();
  private final MemoryQueue retry = new MemoryQueue();
  private final MemoryQueue hold = new MemoryQueue();
  private final int limit;
  private final int meanwhileBudget;
  private final AuditEngine engine;
  private final List<Long> delivered = new ArrayList<>();
  private final List<Long> shown = new ArrayList<>();
  private Oracle oracle = (count, state) -> 0;
  private int logged;
  private int attempts;
  private int meanwhiles;
  private StringBuilder passTrail = new StringBuilder();

  SmallWorld(ErrorPolicy policy, int limit, boolean auditDefault, int meanwhileBudget) {
    this.limit = limit;
    this.meanwhileBudget = meanwhileBudget;
    this.engine =
        Kauditd.builder()
            .settings(new AuditSettings(limit, 0, 0, FailureMode.SILENT, auditDefault))
            .policy("walked", policy)
            .transport("oracle", new OracleTransport())
            .mainQueue(main)
            .retryQueue(retry)
            .holdQueue(hold)
            .clock(new ManualClock(0))
            .printk(new SilentPrintk())
            .passive();
    engine.addListener(record -> shown.add(record.serial()));
  }

  boolean canLog() {
    return logged < MAX_RECORDS;
  }

  void log() {
    logged++;
    engine.log(AuditRecord.of(RecordType.USER_LOGIN, 0, logged, "n"), ProducerContext.ATOMIC);
  }

  void connect() {
    engine.connect(7);
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
    passTrail = new StringBuilder();
    return engine.pass();
  }

  /** Everything that decides what can happen from here on. */
  String state() {
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
        + engine.status().daemon();
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
    if (main.size() > limit + 1
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
      return new OpenResult.Listening();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      AuditRecord record = batch.next();
      if (record == null || ++attempts > MAX_ATTEMPTS_A_PASS) {
        return SendResult.failed(0, SendError.ECONNREFUSED, "too many attempts");
      }
      row = record.serial() == lastRecord ? row + 1 : 1;
      lastRecord = record.serial();
      meanwhile();
      String result = RESULTS.get(oracle.choose(RESULTS.size(), passTrail + "#" + row + "?"));
      if (result.equals("ok")) {
        delivered.add(record.serial());
        settled(record, result);
        return SendResult.sent(1);
      }
      if (result.equals("ECONNREFUSED") || row >= 5) {
        settled(record, result);
      }
      return SendResult.failed(0, SendError.valueOf(result), "oracle");
    }

    /** The trail leaves out how often, and with which passing errors, a record was tried before. */
    private void settled(AuditRecord record, String result) {
      passTrail.append(record.serial()).append(result).append(' ');
    }

    private void meanwhile() {
      if (meanwhiles == meanwhileBudget) {
        return;
      }
      int choice = oracle.choose(canLog() ? 4 : 3, passTrail + "#" + row + "@");
      if (choice == 0) {
        return;
      }
      meanwhiles++;
      passTrail.append("#").append(row).append("@").append(choice).append(' ');
      switch (choice) {
        case 1 -> engine.connect(8);
        case 2 -> engine.disconnect();
        default -> log();
      }
    }

    @Override
    public void close() {}
  }

  /** Says nothing: what is printed is the traces' business. */
  private static final class SilentPrintk implements Printk {
    @Override
    public boolean ratelimit() {
      return false;
    }

    @Override
    public void warn(String line) {}

    @Override
    public void err(String line) {}

    @Override
    public void record(AuditRecord record) {}
  }
}
