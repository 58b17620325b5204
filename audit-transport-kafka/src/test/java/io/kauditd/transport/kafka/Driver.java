// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls a transport as the engine does. */
final class Driver {
  private final Transport transport;
  private final String policy;

  Driver(Transport transport) {
    this(transport, "ordered");
  }

  Driver(Transport transport, String policy) {
    this.transport = transport;
    this.policy = policy;
  }

  /** Opens again until it is known what came of it. */
  OpenResult open() throws Exception {
    return Await.until(
        () -> transport.open(new Context(policy)),
        result -> result.outcome() != OpenResult.Outcome.CONNECTING);
  }

  /** Opens again until it is connected. */
  void connect() throws Exception {
    Await.until(this::open, result -> result.outcome() == OpenResult.Outcome.CONNECTED);
  }

  SendResult send(List<AuditRecord> records) {
    return transport.send(ListBatch.of(records));
  }

  /** Sends until an answer is none that is tried again; what was taken is not sent again. */
  SendResult sendUntilAnswered(List<AuditRecord> records) throws Exception {
    var taken = new AtomicInteger();
    SendResult last =
        Await.until(
            () -> {
              SendResult result = send(records.subList(taken.get(), records.size()));
              taken.addAndGet(result.taken());
              return result;
            },
            result -> result.error() != SendError.EAGAIN);
    SendError error = last.error();
    return error == null
        ? SendResult.sent(taken.get())
        : SendResult.failed(taken.get(), error, Objects.requireNonNull(last.reason()));
  }

  /** The context of an engine with this policy. */
  private static final class Context extends NoEngine {
    private final String policy;

    Context(String policy) {
      this.policy = policy;
    }

    @Override
    public AuditStatus status() {
      return AuditStatus.builder().policy(policy).build();
    }
  }
}
