// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.fixtures.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** The gate of the tests: a port that is let go is there for the next one. */
class GateTest {
  @Test
  void isOpenedAgainAtOnce() throws IOException {
    var gate = new Gate(Ports.free(), Ports.free());
    for (int i = 0; i < 1_000; i++) {
      gate.shut();
      gate.open();
    }
    try (var client = new Socket(InetAddress.getLoopbackAddress(), gate.port())) {
      assertThat(client.isConnected()).isTrue();
    }
    gate.shut();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), gate.port()).close())
        .isInstanceOf(IOException.class);
  }
}
