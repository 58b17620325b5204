// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The transport and the source {@code kafka}. */
@NullMarked
@SuppressWarnings("requires-automatic") // Kafka's client has no module descriptor
module io.kauditd.transport.kafka {
  requires static org.jspecify;
  requires transitive io.kauditd.api;
  requires kafka.clients;
  requires org.slf4j;

  exports io.kauditd.transport.kafka;

  provides io.kauditd.spi.RecordSourceProvider with
      io.kauditd.transport.kafka.KafkaSourceProvider;
  provides io.kauditd.spi.TransportProvider with
      io.kauditd.transport.kafka.KafkaTransportProvider;
}
