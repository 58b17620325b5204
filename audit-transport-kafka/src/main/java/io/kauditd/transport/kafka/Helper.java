// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A thread for what may take long: names have to be looked up, and Kafka's client waits for that as
 * long as the system does. It is started by the first who needs it. For one thread.
 */
final class Helper {
  private @Nullable ExecutorService running;

  ExecutorService thread() {
    ExecutorService started = running;
    if (started == null) {
      started =
          Executors.newSingleThreadExecutor(work -> {
            var thread = new Thread(work, "kauditd-kafka");
            thread.setDaemon(true);
            return thread;
          });
      running = started;
    }
    return started;
  }

  /** Breaks off what it is at. */
  void close() {
    if (running != null) {
      running.shutdownNow();
    }
  }
}
