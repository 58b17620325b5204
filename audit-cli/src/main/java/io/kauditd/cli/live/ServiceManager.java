// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import io.kauditd.api.AuditLog;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that started the program, such as systemd with {@code Type=notify}: it is
 * told when the program is ready, reads its configuration again, or ends. A status line tells it
 * how delivery goes. If it has a watchdog, it is told that the program is alive; sd_notify(3). If
 * no service manager started the program, nobody is told.
 *
 * <p>Alive means that the program runs and its log is open. A daemon that takes nothing is no
 * reason to restart the program, because the records that wait in memory would be lost.
 *
 * <p><b>Thread</b>: any. <b>Blocking</b>: none; a thread of its own sends, in order.
 */
public final class ServiceManager implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);

  /** What ending takes besides the drain. */
  private static final Duration END_MARGIN = Duration.ofSeconds(10);

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  private final @Nullable NotifySocket socket;
  private final Duration watchdog;
  private final @Nullable ScheduledExecutorService sender;

  // Of the sending thread.
  private String told = "";
  private boolean failed;

  private ServiceManager(@Nullable NotifySocket socket, Duration watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
    this.sender =
        socket == null
            ? null
            : Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("service-manager").daemon(true).factory());
  }

  /** The one that the environment names, if any. If it cannot be reached, a warning is logged. */
  public static ServiceManager of(Map<String, String> environment) {
    String address = environment.get("NOTIFY_SOCKET");
    NotifySocket socket = null;
    if (address != null && !address.isEmpty()) {
      try {
        socket = NotifySocket.at(address);
      } catch (IOException e) {
        LOG.warn("the service manager is not told anything: NOTIFY_SOCKET: {}", e.getMessage());
      }
    }
    return new ServiceManager(socket, watchdog(environment));
  }

  /** How often it wants to hear; zero for never, or if that is meant for another process. */
  private static Duration watchdog(Map<String, String> environment) {
    String process = environment.get("WATCHDOG_PID");
    String us = environment.get("WATCHDOG_USEC");
    if (us == null
        || (process != null && !process.equals(Long.toString(ProcessHandle.current().pid())))) {
      return Duration.ZERO;
    }
    try {
      return Duration.of(Math.max(0, Long.parseLong(us)), ChronoUnit.MICROS);
    } catch (NumberFormatException e) {
      LOG.warn("WATCHDOG_USEC is '{}', which is no number; the watchdog is not told", us);
      return Duration.ZERO;
    }
  }

  /**
   * The run is up. From now on the manager is notified, twice as often as its watchdog needs.
   *
   * @param logs by the names of their transports
   */
  public void ready(Map<String, ? extends AuditLog> logs) {
    if (sender == null) {
      return;
    }
    tell("READY=1");
    var health = new HealthOfAll(logs); // the sending thread's alone
    Duration look = LONGEST_LOOK;
    if (watchdog.isPositive() && watchdog.dividedBy(2).compareTo(look) < 0) {
      look = watchdog.dividedBy(2);
    }
    var _ =
        sender.scheduleWithFixedDelay(
            () -> look(health, logs), 0, look.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void look(HealthOfAll health, Map<String, ? extends AuditLog> logs) {
    String line = String.join("; ", health.look(System.nanoTime()).lines());
    var message = new StringBuilder();
    if (!line.equals(told)) {
      message.append("STATUS=").append(line.replace('\n', ' ')).append('\n');
      told = line;
    }
    if (watchdog.isPositive() && logs.values().stream().noneMatch(log -> log.status().closed())) {
      message.append("WATCHDOG=1\n");
    }
    if (!message.isEmpty()) {
      send(message.toString());
    }
  }

  /** The configuration is being read again; {@link #reloaded} follows. */
  public void reloading() {
    tell("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000); // the same clock on Linux
  }

  /** The configuration was read. */
  public void reloaded() {
    tell("READY=1");
  }

  /**
   * The run ends.
   *
   * @param drain how long the waiting records may still be delivered; the manager is asked for that
   *     time
   */
  public void stopping(Duration drain) {
    long us = TimeUnit.MICROSECONDS.convert(drain.plus(END_MARGIN));
    tell("STOPPING=1\nSTATUS=delivering what waits\nEXTEND_TIMEOUT_USEC=" + us);
  }

  private void tell(String message) {
    if (sender == null) {
      return;
    }
    try {
      sender.execute(() -> send(message));
    } catch (RejectedExecutionException e) {
      LOG.debug("not told any more: {}", message);
    }
  }

  private void send(String message) {
    if (socket == null) {
      return;
    }
    try {
      socket.send(message);
      failed = false;
    } catch (IOException | RuntimeException | LinkageError e) {
      if (!failed) {
        LOG.warn("the service manager cannot be told: {}", e.toString());
      }
      failed = true;
    }
  }

  /** Sends the remaining messages. */
  @Override
  public void close() {
    if (sender == null) {
      return;
    }
    sender.shutdown();
    try {
      if (!sender.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("the service manager takes nothing");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
