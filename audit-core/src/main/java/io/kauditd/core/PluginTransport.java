// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A transport from a plug-in directory, called with its own class loader as the thread's context
 * class loader. Client libraries look for their parts there, and would otherwise look among the
 * application's.
 */
final class PluginTransport implements Transport {
  private final Transport transport;
  private final ClassLoader loader;

  PluginTransport(Transport transport, ClassLoader loader) {
    this.transport = transport;
    this.loader = loader;
  }

  /** Calls a plug-in's code with its class loader as the thread's. */
  static <T> T within(ClassLoader loader, Supplier<T> call) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return call.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public OpenResult open(TransportContext context) {
    return within(loader, () -> transport.open(context));
  }

  @Override
  public SendResult send(RecordBatch batch) {
    return within(loader, () -> transport.send(batch));
  }

  @Override
  public void reset() {
    within(
        loader,
        () -> {
          transport.reset();
          return true;
        });
  }

  @Override
  public void rotate() {
    within(
        loader,
        () -> {
          transport.rotate();
          return true;
        });
  }

  @Override
  public void resume() {
    within(
        loader,
        () -> {
          transport.resume();
          return true;
        });
  }

  @Override
  public List<Path> files() {
    return within(loader, transport::files);
  }

  @Override
  public Set<URI> endpoints() {
    return within(loader, transport::endpoints);
  }

  @Override
  public List<String> check() {
    return within(loader, transport::check);
  }

  @Override
  public boolean wantsNumbers() {
    return within(loader, transport::wantsNumbers);
  }

  @Override
  public int maxBatchRecords() {
    return within(loader, transport::maxBatchRecords);
  }

  @Override
  public Stream<AuditRecord> deliveredBefore() {
    return within(loader, () -> transport.deliveredBefore());
  }

  @Override
  public Stream<AuditRecord> deliveredBefore(AuditRecord like) {
    return within(loader, () -> transport.deliveredBefore(like));
  }

  @Override
  public void close() {
    within(
        loader,
        () -> {
          transport.close();
          return true;
        });
  }

  @Override
  public String toString() {
    return transport.toString();
  }
}
