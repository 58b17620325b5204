// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.FailureMode;
import io.kauditd.api.ProducerContext;
import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Producers at the gate and a consumer behind it, by Lincheck: a record is accepted exactly if
 * there was room, and is then in the queue once. What waiting adds, {@link GateStressTest} looks
 * at.
 */
public class GateLincheckTest extends LincheckTest {
  private static final AuditSettings SETTINGS =
      AuditSettings.DEFAULTS.withBacklogLimit(1).withFailureMode(FailureMode.SILENT);

  private final MemoryQueue main = new MemoryQueue();
  private final Owner owner = owner();
  private final ForeignCode foreign = new ForeignCode(new FaultLog(), owner);

  private static Owner owner() {
    var owner = new Owner(false);
    owner.built();
    return owner;
  }

  private final SafeWait wait = new SafeWait(new ConditionWait(), foreign);
  private final Gate gate =
      new Gate(
          main,
          () -> SETTINGS,
          new RateLimit(EngineClock.SYSTEM),
          new Losses(
              EngineClock.SYSTEM,
              () -> SETTINGS,
              Printk.silent(() -> false),
              "",
              message -> {},
              foreign,
              (reason, now) -> {}),
          Printk.silent(() -> false),
          wait,
          Gate.Wakeup.NONE,
          owner,
          foreign);

  /** For JUnit and Lincheck. */
  public GateLincheckTest() {
    super("the gate", Model.class);
  }

  private static AuditRecord record(long serial) {
    return AuditRecord.of(1112, 0, serial, "");
  }

  /** A producer that may not wait. */
  @Operation
  public boolean log(long serial) {
    return gate.log(record(serial), ProducerContext.ATOMIC);
  }

  /** A producer that the limit is not applied to. */
  @Operation
  public boolean logAsDaemon(long serial) {
    return gate.log(record(serial), ProducerContext.DAEMON);
  }

  /** What a pass does with one record. */
  @Operation(nonParallelGroup = "consumer")
  public @Nullable Long take() {
    AuditRecord record = main.poll();
    if (record == null) {
      return null;
    }
    main.acknowledge(1);
    wait.wakeAll();
    return record.serial();
  }

  @Override
  ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .addGuarantee(forClasses(StackProbe.class.getName()).allMethods().ignore()); // no hang
  }

  @Override
  int schedules() {
    return 200;
  }

  /** The gate without concurrency: the limit is exceeded at limit + 1. */
  public static class Model {
    private final ArrayDeque<Long> records = new ArrayDeque<>();

    public boolean log(long serial) {
      return records.size() <= SETTINGS.backlogLimit() && records.add(serial);
    }

    public boolean logAsDaemon(long serial) {
      return records.add(serial);
    }

    public @Nullable Long take() {
      return records.poll();
    }
  }
}
