// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is set in code is checked as what is set by options. */
class BoundsTest {
  private static void assertRefused(String message, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private static void peer(long port, int group, int batch) {
    NetlinkTransportProvider.peer(port, Set.of(), group, Duration.ofMillis(100), batch);
  }

  @Test
  void aBatchOfNoneOrOfTooMany() {
    String none = "batch is 0; it must be between 1 and 1024";
    assertRefused(none, () -> NetlinkTransportProvider.kernel(0));
    assertRefused(none, () -> peer(4242, 1, 0));
    assertRefused(none, () -> KernelSource.builder().batchRecords(0));
    assertRefused(
        "batch is 1025; it must be between 1 and 1024",
        () -> NetlinkTransportProvider.kernel(1025));
  }

  @Test
  void aGroupThatIsNone() {
    assertRefused("group is 33; it must be between 0 and 32", () -> peer(4242, 33, 64));
    assertRefused("group is 0; it must be between 1 and 32", () -> PeerDaemon.builder().group(0));
  }

  @Test
  void aUserThatIsNone() {
    var provider = new NetlinkTransportProvider();
    for (String users : List.of("alice", "-1", "4294967295", "1000,4294967296")) {
      PluginConfig config =
          PluginConfig.of(provider.options(), Map.of("mode", "peer", "allow-uids", users));
      assertThatThrownBy(() -> provider.create(config))
          .isInstanceOf(PluginConfigException.class)
          .hasMessageContaining("is not a user id");
    }
  }

  @Test
  void aPortThatIsNone() {
    assertRefused("port is -1; it must be between 0 and 4294967295", () -> peer(-1, 1, 64));
    assertRefused(
        "engine port is 0; it must be between 1 and 4294967295",
        () -> PeerDaemon.builder().enginePort(0));
  }
}
