// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.spi.RecordSource;
import io.kauditd.testkit.CollectingSink;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A source on a thread of its own, with a sink that keeps what it brings. */
final class RunningSource implements AutoCloseable {
  final CollectingSink sink = new CollectingSink();
  private final RecordSource source;
  private final Thread thread;
  private volatile @Nullable IOException failure;

  RunningSource(RecordSource source) {
    this.source = source;
    thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                source.run(sink);
              } catch (IOException e) {
                failure = e;
              }
            });
  }

  /** Waits for the source to end by itself; returns why, or null. */
  @Nullable IOException awaitEnd() throws InterruptedException {
    assertThat(thread.join(Duration.ofMinutes(2))).as("the source has ended").isTrue();
    return failure;
  }

  @Override
  public void close() throws InterruptedException {
    source.close();
    assertThat(thread.join(Duration.ofMinutes(2))).as("the source ends when closed").isTrue();
  }
}
