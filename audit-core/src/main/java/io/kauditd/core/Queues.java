// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditSettings;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import java.util.function.Supplier;

/** The three queues of one engine. */
record Queues(
    AuditQueue main, AuditQueue retry, AuditQueue hold, Supplier<AuditSettings> currentSettings)
    implements QueueView {

  AuditQueue get(QueueRole role) {
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
  public AuditSettings settings() {
    return currentSettings.get();
  }
}
