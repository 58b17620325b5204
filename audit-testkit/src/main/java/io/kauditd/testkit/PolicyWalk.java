// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.RecordType;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Printk;
import io.kauditd.simulation.ManualClock;
import io.kauditd.simulation.ScriptedTransport;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.Routing;
import io.kauditd.spi.SendError;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An engine with small queues, a daemon that behaves at random, and the policy under test. */
final class PolicyWalk {
  private static final int LIMIT = 5;
  private static final int STEPS = 80;
  private static final long PEER = 7;

  /** Calls of the listener and the policy between two records that are logged from one. */
  private static final int CALLS_BETWEEN = 7;

  /** Passes after which a daemon that takes everything must have everything. */
  private static final int PASSES_AT_MOST = 50;

  private static final @Nullable SendError[] RESULTS = {
    null,
    null,
    null,
    SendError.EAGAIN,
    SendError.EAGAIN,
    SendError.ECONNREFUSED,
    SendError.EPERM,
    SendError.ENOBUFS,
    SendError.ENOMEM,
    SendError.EIO
  };

  private final long seed;
  private final Random random;
  private final List<Long> delivered = new ArrayList<>();
  private final LedgerChecker ledger = new LedgerChecker();
  private final ScriptedTransport transport =
      new ScriptedTransport(
          3,
          (record, peer, error) -> {
            if (error == null) {
              delivered.add(record.serial());
            }
          });
  private final AuditEngine engine;
  private long number;
  private int step;
  private int calls;
  private boolean inBetween;
  private @Nullable String noAnswer; // the first
  private @Nullable Throwable thrown;

  PolicyWalk(ErrorPolicy policy, long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.engine =
        Kauditd.builder()
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(LIMIT))
            .policy("under-test", new Watched(policy))
            .transport("scripted", ledger.watch(transport))
            .clock(new ManualClock(10_000_000))
            .printk(Printk.silent())
            .passive();
    engine.addListener(record -> logInBetween());
  }

  /** Logs from within a call of the engine, now and then, as a listener or a policy may. */
  private void logInBetween() {
    if (!inBetween && ++calls % CALLS_BETWEEN == 0) {
      inBetween = true;
      log(1);
      inBetween = false;
    }
  }

  /** What a walk looks at. It is one thing at a time, so that a failure names one rule. */
  enum Looking {
    AT_ANSWERS,
    AT_ENDS,
    AT_BOUNDS,
    AT_ORDER
  }

  void run(Looking looking) {
    for (step = 1; step <= STEPS; step++) {
      boolean ended = turn();
      if (looking == Looking.AT_ANSWERS && noAnswer != null) {
        throw new AssertionError(Rule.P1.when("%s, %s", noAnswer, this), thrown);
      }
      if (looking == Looking.AT_ENDS) {
        assertThat(ended).as(() -> Rule.P5.when("%s", this)).isTrue();
      }
      if (looking == Looking.AT_BOUNDS) {
        checkBounds(engine.status());
      }
      checkLedger();
    }
    if (looking == Looking.AT_ORDER) {
      deliverAll();
      assertThat(delivered).as(Rule.P9.when("delivered in the end, %s", this)).isSorted();
    }
  }

  private boolean turn() {
    return switch (random.nextInt(8)) {
      case 0, 1, 2, 3 -> log(1 + random.nextInt(4));
      case 4 -> {
        if (random.nextInt(3) == 0) {
          engine.disconnect();
        } else {
          engine.connect(PEER);
        }
        yield true;
      }
      default -> pass();
    };
  }

  private boolean log(int count) {
    for (int i = 0; i < count; i++) {
      int type = random.nextBoolean() ? RecordType.SYSCALL : RecordType.USER_LOGIN;
      ledger.log(engine, AuditRecord.of(type, 0, ++number, "n=" + number));
    }
    return true;
  }

  private boolean pass() {
    var results = new ArrayList<@Nullable SendError>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      results.add(RESULTS[random.nextInt(RESULTS.length)]);
    }
    transport.results(results.toArray(new @Nullable SendError[0]));
    return engine.pass();
  }

  private void checkBounds(AuditStatus status) {
    assertThat(status.highWater().retry())
        .as(() -> Rule.P6.when("most records in the retry queue, limit %d, %s", LIMIT, this))
        .isLessThanOrEqualTo(LIMIT);
    assertThat(status.highWater().hold())
        .as(() -> Rule.P6.when("most records in the hold queue, limit %d, %s", LIMIT, this))
        .isLessThanOrEqualTo(LIMIT);
  }

  private void checkLedger() {
    try {
      ledger.check(engine.status());
    } catch (AssertionError e) {
      throw new AssertionError(
          "the engine has miscounted, which no policy can be the reason for: please report it with"
              + " the policy, "
              + this,
          e);
    }
  }

  private void deliverAll() {
    transport.results();
    engine.connect(PEER);
    int passes = 0;
    while (passes < PASSES_AT_MOST && (passes == 0 || engine.status().ledger().waiting() > 0)) {
      engine.pass();
      passes++;
    }
    checkLedger();
    assertThat(engine.status().ledger().waiting())
        .as(Rule.P5.when("records that still wait after %d passes, %s", passes, this))
        .isZero();
  }

  @Override
  public String toString() {
    return "in step " + Math.min(step, STEPS) + " of the walk with seed " + seed;
  }

  /** The policy under test; what is no answer is kept, for the engine goes on without it. */
  private final class Watched implements ErrorPolicy {
    private final ErrorPolicy policy;

    Watched(ErrorPolicy policy) {
      this.policy = policy;
    }

    @Override
    @SuppressWarnings("NullAway") // plug-in code may return null
    public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
      logInBetween();
      Routing routing;
      try {
        routing = policy.route(record, failure, queues);
      } catch (RuntimeException e) {
        noAnswer("route threw " + e, record, failure, queues, e);
        throw e;
      }
      if (routing == null) {
        noAnswer("route returned null", record, failure, queues, null);
      }
      return routing;
    }

    private void noAnswer(
        String what,
        AuditRecord record,
        FailedSend failure,
        QueueView queues,
        @Nullable Throwable cause) {
      if (noAnswer == null) {
        noAnswer = what + ", asked about record '" + record + "', " + failure + sizes(queues);
        thrown = cause;
      }
    }

    private static String sizes(QueueView queues) {
      return Stream.of(QueueRole.values())
          .map(role -> ", " + queues.size(role) + " in " + role)
          .collect(Collectors.joining());
    }

    @Override
    public @Nullable Routing routeRest(FailedSend failure) {
      return policy.routeRest(failure);
    }

    @Override
    public boolean walksOnce() {
      return policy.walksOnce();
    }

    @Override
    public boolean stopsPass() {
      return policy.stopsPass();
    }
  }
}
