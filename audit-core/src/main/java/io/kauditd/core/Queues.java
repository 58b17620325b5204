// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditSettings;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import java.util.function.Supplier;

/** The three queues of one engine, for its owner. */
record Queues(
    OwnedQueue main, OwnedQueue retry, OwnedQueue hold, Supplier<AuditSettings> currentSettings)
    implements QueueView {

  static Queues of(EngineParts parts, Supplier<AuditSettings> settings, FaultLog faults) {
    return new Queues(
        new OwnedQueue(QueueRole.MAIN, parts.main(), faults),
        new OwnedQueue(QueueRole.RETRY, parts.retry(), faults),
        new OwnedQueue(QueueRole.HOLD, parts.hold(), faults),
        settings);
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
