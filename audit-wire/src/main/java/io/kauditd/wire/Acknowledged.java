// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import java.time.Duration;
import java.util.List;

/** The settings of every transport whose server acknowledges records. */
public final class Acknowledged {
  private static final PluginOption<Duration> SEND_TIMEOUT =
      PluginOption.duration(
              "send-timeout",
              Duration.ofMillis(1),
              Duration.ofMinutes(1),
              "how long acknowledgements are waited for until records wait")
          .withDefault(Duration.ofMillis(500));
  private static final PluginOption<Duration> ACK_TIMEOUT =
      PluginOption.duration(
              "ack-timeout",
              Duration.ofSeconds(1),
              Duration.ofHours(1),
              "after how long without any acknowledgement the connection is given up")
          .withDefault(Duration.ofSeconds(30));
  private static final PluginOption<Long> WINDOW =
      PluginOption.number(
              "window", 1, 1_024, "how many records may be sent and not acknowledged yet")
          .withDefault(128L);

  /** In the order in which they are shown. */
  public static final List<PluginOption<?>> OPTIONS = List.of(SEND_TIMEOUT, ACK_TIMEOUT, WINDOW);

  private Acknowledged() {}

  /** The limits that a user's settings ask for. */
  public static StreamTransport.Limits limits(PluginConfig config) {
    return new StreamTransport.Limits(
        config.get(WINDOW).intValue(), config.get(SEND_TIMEOUT), config.get(ACK_TIMEOUT));
  }
}
