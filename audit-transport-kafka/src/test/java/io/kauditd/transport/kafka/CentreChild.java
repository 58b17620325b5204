// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.core.Kauditd;
import io.kauditd.core.LogSink;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.fixtures.Child;
import io.kauditd.fixtures.plugin.Configured;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import io.kauditd.transport.file.FileTransportProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * A program that writes a topic's records to a file for each host, as {@code audit run --source
 * kafka:TOPIC --transport 'file:DIR/%{node}.log' --policy ordered} does, until it is killed, or has
 * read a line from its standard input.
 */
final class CentreChild {
  private CentreChild() {}

  /**
   * Reads and writes.
   *
   * @param args the brokers, the topic, which is the group as well, and the directory
   */
  public static void main(String[] args) throws Exception {
    Child.endsWithItsParent();
    Transport files =
        Configured.transport(
            new FileTransportProvider(), Path.of(args[2]).resolve("%{node}.log").toString());
    RecordSource source =
        Configured.source(
            new KafkaSourceProvider(),
            args[1],
            "bootstrap=" + args[0],
            "group=" + args[1],
            "kafka.session.timeout.ms=3000",
            "kafka.heartbeat.interval.ms=1000");
    Kauditd audit =
        Kauditd.builder()
            .policy(OrderedPolicy.ID, new OrderedPolicy())
            .settings(AuditSettings.DEFAULTS.withBacklogWaitTimeMs(60_000))
            .transport("file", files)
            .start();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            if (System.in.read() >= 0) {
              source.close();
            }
          } catch (Exception e) {
            System.out.println(e);
          }
        });
    System.out.println("ready");
    source.run(new Sink(audit, files));
    audit.close(Duration.ofMinutes(1));
    source.finish();
    System.out.println("ended");
  }

  /** As the tool has it: the engine, and the log that earlier runs have written. */
  private static final class Sink extends LogSink {
    private final Transport transport;

    Sink(Kauditd audit, Transport transport) {
      super(audit);
      this.transport = transport;
    }

    @Override
    public void problem(String problem) {
      System.out.println("problem: " + problem);
    }

    @Override
    public Stream<AuditRecord> deliveredBefore() {
      return transport.deliveredBefore();
    }

    @Override
    public Stream<AuditRecord> deliveredBefore(AuditRecord like) {
      return transport.deliveredBefore(like);
    }
  }
}
