// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.spi.SendError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The daemon that the simulator plays.
 *
 * @param medium what lies between engine and daemon
 * @param recordsPerSecond how fast it reads; for a file, how fast it is written
 * @param socketRecords how many records its socket holds that it has not read yet
 * @param sendTimeout how long a send waits for room in the socket before it fails with EAGAIN
 * @param outages its outages, in order of time
 * @since 0.1.0
 */
public record DaemonModel(
    Medium medium,
    double recordsPerSecond,
    int socketRecords,
    Duration sendTimeout,
    List<Outage> outages) {
  /** Copies the outages. */
  public DaemonModel {
    outages = List.copyOf(outages);
  }

  /** What lies between engine and daemon. */
  public enum Medium {
    /** A socket as netlink's; the daemon registers by itself. */
    SOCKET,
    /** A file that the engine opens. */
    FILE
  }

  /** What happens to the daemon. */
  public enum Trouble {
    /** It is stopped, as by SIGSTOP: it stays registered and reads nothing. */
    STOPPED,
    /** It is killed, as by SIGKILL: what it had not read is gone, and nobody tells the engine. */
    KILLED,
    /** It ends in good order: it reads what is in its socket, and unregisters. */
    ENDED,
    /** Every send fails at once, with an error of choice: a full disk, for example. */
    FAILING
  }

  /**
   * A stretch of trouble.
   *
   * @param trouble what happens
   * @param from when it begins, from the start
   * @param to when the daemon works again; empty for never
   * @param error what a send fails with; only for {@link Trouble#FAILING}
   */
  public record Outage(
      Trouble trouble, Duration from, Optional<Duration> to, Optional<SendError> error) {}
}
