// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditLog;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a transport may ask of the engine, with nothing behind it but a list of who registered. */
final class ContractContext implements TransportContext {
  private final AuditLog log;
  private final BlockingQueue<Long> registered = new LinkedBlockingQueue<>();

  ContractContext(AuditLog log) {
    this.log = log;
  }

  @Override
  public void connect(long peer) {
    registered.add(peer);
  }

  @Override
  public void disconnect(long peer) {}

  @Override
  public AuditLog log() {
    return log;
  }

  /** The next daemon that registers, or null if none does in time. */
  @Nullable Long awaitDaemon(Duration limit) throws InterruptedException {
    return registered.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
  }
}
