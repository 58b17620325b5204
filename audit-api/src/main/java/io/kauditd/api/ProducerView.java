// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/** A log as producers see it, so that nobody can cast it back to the owner's side. */
final class ProducerView implements AuditLog {
  private final AuditLog log;

  ProducerView(AuditLog log) {
    this.log = log;
  }

  @Override
  public boolean log(int type, String text) {
    return log.log(type, text);
  }

  @Override
  public boolean log(AuditRecord record) {
    return log.log(record);
  }

  @Override
  public boolean log(AuditRecord record, ProducerContext context) {
    return log.log(record, context);
  }

  @Override
  public EventLog event() {
    return log.event();
  }

  @Override
  public AuditStatus status() {
    return log.status();
  }
}
