// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditSettings;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The three queues of one engine, for its owner. */
record Queues(
    OwnedQueue main, OwnedQueue retry, OwnedQueue hold, Supplier<AuditSettings> currentSettings)
    implements QueueView {

  /** The queues of these parts; {@code entered} counts what producers put in the main queue. */
  static Queues of(EngineParts parts, Supplier<AuditSettings> settings, LongSupplier entered) {
    ForeignCode foreign = parts.foreign();
    var main = new OwnedQueue(QueueRole.MAIN, parts.main(), foreign, entered);
    var retry = new OwnedQueue(QueueRole.RETRY, parts.retry(), foreign, () -> 0);
    var hold = new OwnedQueue(QueueRole.HOLD, parts.hold(), foreign, () -> 0);
    CutMoves.end(main, retry, hold, parts.logPrefix());
    return new Queues(main, retry, hold, settings);
  }

  /** Records that were in the queues before the engine came. */
  long recovered() {
    return main.recovered() + retry.recovered() + hold.recovered();
  }

  OwnedQueue get(QueueRole role) {
    return switch (role) {
      case MAIN -> main;
      case RETRY -> retry;
      case HOLD -> hold;
    };
  }

  @Override
  public int size(QueueRole role) {
    return get(role).size();
  }

  @Override
  public boolean hasRoom(QueueRole role) {
    return get(role).boundsItself() || QueueView.super.hasRoom(role);
  }

  @Override
  public AuditSettings settings() {
    return currentSettings.get();
  }
}
