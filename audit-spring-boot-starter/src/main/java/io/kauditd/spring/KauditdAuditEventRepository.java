// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import io.kauditd.api.AuditLog;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;

/**
 * Sends the application's audit events through the engine, and keeps the last ones in memory to
 * show them again. Any thread may use it. {@link #add} waits as long as {@link AuditLog#log(int,
 * String)} does: with the defaults, not at all.
 */
final class KauditdAuditEventRepository implements AuditEventRepository {
  private final AuditLog log;
  private final EventTypes types;
  private final InMemoryAuditEventRepository recent;

  KauditdAuditEventRepository(AuditLog log, KauditdProperties.Events options) {
    if (options.recent() < 1) {
      throw new KauditdConfigurationException(
          "kauditd.events.recent is " + options.recent() + "; it takes 1 or more");
    }
    this.log = log;
    this.types = new EventTypes(options.types(), options.defaultType());
    this.recent = new InMemoryAuditEventRepository(options.recent());
  }

  @Override
  public void add(AuditEvent event) {
    types.of(event.getType()).begin(log, event).log();
    recent.add(event);
  }

  @Override
  public List<AuditEvent> find(
      @Nullable String principal, @Nullable Instant after, @Nullable String type) {
    return recent.find(principal, after, type);
  }
}
