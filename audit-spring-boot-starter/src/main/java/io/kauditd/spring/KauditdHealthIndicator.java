// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Up while records are delivered, down while they only wait. Lost records are shown, but do not
 * make it down, since they never come back.
 */
final class KauditdHealthIndicator implements HealthIndicator {
  private final AuditLog log;

  KauditdHealthIndicator(AuditLog log) {
    this.log = log;
  }

  @Override
  public Health health() {
    AuditStatus status = log.status();
    Ledger ledger = status.ledger();
    Health.Builder health = status.connected() && !status.closed() ? Health.up() : Health.down();
    health
        .withDetail("transport", status.transport())
        .withDetail("logged", ledger.logged())
        .withDetail("delivered", ledger.delivered())
        .withDetail("waiting", ledger.waiting())
        .withDetail("lost", status.lost());
    String error = status.lastError();
    return (error == null ? health : health.withDetail("lastError", error)).build();
  }
}
