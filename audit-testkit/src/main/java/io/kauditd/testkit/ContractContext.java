// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditStatus;
import io.kauditd.api.MulticastListener;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a transport may ask of the engine, with nothing behind it but a list of who registered. */
final class ContractContext implements TransportContext {
  private static final long NO_PORT = 0;

  private final AtomicLong sentAgain = new AtomicLong();
  private final BlockingQueue<Long> registered = new LinkedBlockingQueue<>();

  @Override
  public void connect() {
    registered.add(NO_PORT);
  }

  @Override
  public void connect(long peer) {
    registered.add(checked(peer));
  }

  @Override
  public void disconnect() {}

  @Override
  public void disconnect(long peer) {
    checked(peer);
  }

  private static long checked(long peer) {
    if (peer < 1) {
      throw new IllegalArgumentException("peer is " + peer + "; a port id is 1 or more");
    }
    return peer;
  }

  @Override
  public void sentAgain(long records) {
    if (records < 0) {
      throw new IllegalArgumentException("records is " + records + "; it must be 0 or more");
    }
    sentAgain.addAndGet(records);
  }

  /** What the transport has said of it. */
  long sentAgain() {
    return sentAgain.get();
  }

  @Override
  public void addListener(MulticastListener listener) {}

  @Override
  public void removeListener(MulticastListener listener) {}

  @Override
  public AuditStatus status() {
    return AuditStatus.builder().transport("contract").build();
  }

  /** The port of the next daemon that registers, 0 for none; null if none does in time. */
  @Nullable Long awaitDaemon(Duration limit) throws InterruptedException {
    return registered.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
  }
}
