// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.cli.config.Delivery;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Tee;
import io.kauditd.spi.Transport;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The engines of a run, one for each transport, and the log in front of them. */
final class Engines {
  /** One of them. */
  record Engine(Delivery delivery, Transport transport, Kauditd log) {}

  private final List<Engine> engines;
  private final @Nullable Engine rejected;
  private final ManagedAuditLog front;

  /**
   * @param engines in the order of their transports
   * @param rejected the one for what they reject, null for none
   */
  Engines(List<Engine> engines, @Nullable Engine rejected) {
    this.engines = List.copyOf(engines);
    this.rejected = rejected;
    this.front = inFront();
  }

  private ManagedAuditLog inFront() {
    if (engines.size() == 1 && rejected == null) {
      return engines.getFirst().log();
    }
    var logs = new LinkedHashMap<String, ManagedAuditLog>();
    engines.forEach(each -> logs.put(each.delivery().name(), each.log()));
    Tee tee = Tee.of(logs);
    return rejected == null ? tee : tee.withRejected(rejected.delivery().name(), rejected.log());
  }

  /** The log that the source's records are logged to. */
  ManagedAuditLog front() {
    return front;
  }

  /**
   * What earlier runs have delivered, the youngest first; nothing if there are several transports,
   * because each had come to another place.
   */
  Stream<AuditRecord> deliveredBefore() {
    return engines.size() == 1 ? engines.getFirst().transport().deliveredBefore() : Stream.empty();
  }

  /** The same of the log that records like this one go to. */
  Stream<AuditRecord> deliveredBefore(AuditRecord like) {
    return engines.size() == 1
        ? engines.getFirst().transport().deliveredBefore(like)
        : Stream.empty();
  }

  /** Whether what a transport rejects goes somewhere. */
  boolean keepsRejected() {
    return rejected != null;
  }

  /** All engines by the names of their transports, the one for what is rejected last. */
  SequencedMap<String, Engine> all() {
    var all = new LinkedHashMap<String, Engine>();
    engines.forEach(each -> all.put(each.delivery().name(), each));
    if (rejected != null) {
      all.put(rejected.delivery().name(), rejected);
    }
    return Collections.unmodifiableSequencedMap(all);
  }

  /** Their logs, by name. */
  SequencedMap<String, ManagedAuditLog> logs() {
    var logs = new LinkedHashMap<String, ManagedAuditLog>();
    all().forEach((name, engine) -> logs.put(name, engine.log()));
    return logs;
  }
}
