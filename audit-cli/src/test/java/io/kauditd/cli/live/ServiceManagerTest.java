// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditStatus;
import io.kauditd.fixtures.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real datagrams, as systemd receives them. */
class ServiceManagerTest {
  private static final AuditStatus CONNECTED = AuditStatus.builder().connected(true).build();

  /** A log of which nothing is asked but its status. */
  private static Map<String, AuditLog> log(Supplier<AuditStatus> status) {
    AuditLog log = mock();
    when(log.status()).thenAnswer(asked -> status.get());
    return Map.of("file", log);
  }

  @TempDir Path directory;

  private static ServiceManager manager(String socket, String... more) {
    var environment = new HashMap<>(Map.of("NOTIFY_SOCKET", socket));
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return ServiceManager.of(environment);
  }

  @Test
  void hearsOfTheLifeOfARunInOrder() throws Exception {
    String socket = directory.resolve("notify").toString();
    try (DatagramReceiver receiver = DatagramReceiver.at(socket)) {
      try (ServiceManager manager = manager(socket)) {
        manager.ready(log(() -> CONNECTED));
        receiver.await("STATUS=", 1);
        manager.reloading();
        manager.reloaded();
        manager.stopping(Duration.ofSeconds(90));
      }
      receiver.await("STOPPING=1", 1);
      List<String> messages = receiver.messages();
      assertThat(messages).hasSize(5);
      assertThat(messages.get(0)).isEqualTo("READY=1");
      assertThat(messages.get(1)).isEqualTo("STATUS=delivering: no record waits\n");
      assertThat(messages.get(2)).matches("RELOADING=1\nMONOTONIC_USEC=\\d+");
      assertThat(messages.get(3)).isEqualTo("READY=1");
      assertThat(messages.get(4))
          .isEqualTo("STOPPING=1\nSTATUS=delivering what waits\nEXTEND_TIMEOUT_USEC=100000000");
    }
  }

  @Test
  void anAbstractSocketIsReached() throws Exception {
    String socket = "@kauditd-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    try (DatagramReceiver receiver = DatagramReceiver.at(socket)) {
      try (ServiceManager manager = manager(socket)) {
        manager.reloaded();
      }
      receiver.await("READY=1", 1);
      assertThat(receiver.messages()).containsExactly("READY=1");
    }
  }

  @Test
  void theWatchdogHearsUntilTheLogIsClosed() throws Exception {
    String socket = directory.resolve("notify").toString();
    var status = new AtomicReference<>(CONNECTED);
    try (DatagramReceiver receiver = DatagramReceiver.at(socket);
        ServiceManager manager = manager(socket, "WATCHDOG_USEC", "2000")) {
      manager.ready(log(status::get));
      receiver.await("WATCHDOG=1", 10);
      status.set(AuditStatus.builder().closed(true).build());
      receiver.await("STATUS=not delivering: the log is closed", 1);
      long then = DatagramReceiver.count(receiver.messages(), "WATCHDOG=1");
      manager.reloaded();
      receiver.await("READY=1", 2);
      assertThat(DatagramReceiver.count(receiver.messages(), "WATCHDOG=1")).isEqualTo(then);
    }
  }

  @Test
  void anotherProcesssWatchdogIsNotFed() throws Exception {
    String socket = directory.resolve("notify").toString();
    try (DatagramReceiver receiver = DatagramReceiver.at(socket)) {
      try (ServiceManager manager = manager(socket, "WATCHDOG_USEC", "2000", "WATCHDOG_PID", "1")) {
        manager.ready(log(() -> CONNECTED));
        receiver.await("STATUS=", 1);
      }
      assertThat(DatagramReceiver.count(receiver.messages(), "WATCHDOG=1")).isZero();
    }
  }

  @Test
  void whereNobodyListensTheRunGoesOn() throws Exception {
    var asked = new AtomicReference<>(0);
    try (ServiceManager manager =
        manager(directory.resolve("nobody").toString(), "WATCHDOG_USEC", "2000")) {
      manager.ready(
          log(() -> {
            asked.updateAndGet(n -> n + 1);
            return CONNECTED;
          }));
      Await.until("it is asked again", () -> asked.get() > 3);
    }
  }

  @Test
  void withoutAManagerNobodyIsAsked() {
    try (ServiceManager manager = ServiceManager.of(Map.of())) {
      manager.ready(
          log(() -> {
            throw new AssertionError("asked");
          }));
      manager.stopping(Duration.ZERO);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vsock:2:1234",
        "relative",
        "@",
        "/0123456789012345678901234567890123456789"
            + "0123456789012345678901234567890123456789012345678901234567890123456789"
      })
  void whatIsNoSocketIsNamed(String address) {
    assertThatThrownBy(() -> NotifySocket.at(address))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'" + address + "' is no socket that can be used");
  }
}
