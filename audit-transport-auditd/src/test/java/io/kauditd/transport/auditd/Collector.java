// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.core.Kauditd;
import io.kauditd.core.LogSink;
import io.kauditd.fixtures.Await;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The source before an engine, put together as the tool does it, and ended in the same order. */
final class Collector implements AutoCloseable {
  private final List<AuditRecord> delivered;
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final ManagedAuditLog log;
  private final RecordSource source;
  private final Thread running;
  private volatile boolean stalled;

  /**
   * Listens when it returns, and delivers into a list.
   *
   * @param delivered what this and earlier collectors have delivered
   */
  Collector(int port, List<AuditRecord> delivered, String... settings) throws Exception {
    this.delivered = delivered;
    this.log =
        Kauditd.builder()
            .transport("list", new ToList())
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(0))
            .start();
    this.source = TestPlugins.source("127.0.0.1:" + port, settings);
    this.running = Thread.ofPlatform().start(this::run);
    Await.until("it listens", () -> listensAt(port));
  }

  private static boolean listensAt(int port) throws IOException {
    try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return client.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  private void run() {
    try {
      source.run(
          new LogSink(log) {
            @Override
            public void problem(String problem) {
              problems.add(problem);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its transport takes nothing for the time being. */
  void stall(boolean yes) {
    stalled = yes;
  }

  List<String> problems() {
    return problems;
  }

  ManagedAuditLog log() {
    return log;
  }

  @Override
  public void close() throws Exception {
    source.close();
    running.join();
    log.close(Duration.ofSeconds(10));
    source.finish();
  }

  private final class ToList implements Transport {
    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      AuditRecord record = batch.next();
      if (record == null) {
        return SendResult.sent(0);
      }
      if (stalled) {
        return SendResult.failed(0, SendError.EAGAIN, "stalled");
      }
      delivered.add(record);
      return SendResult.sent(1);
    }

    @Override
    public void close() {}
  }
}
