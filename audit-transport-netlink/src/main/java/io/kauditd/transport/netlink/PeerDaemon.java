// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.spi.Counts;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A process that is the daemon of an engine in peer mode, as auditd is the kernel's, or that
 * listens beside its daemon.
 *
 * <p>A daemon waits for its engine, registers, and registers again when the engine was restarted or
 * has given it up. It ends when the engine refuses it because another daemon is registered or its
 * user may not register. It accepts records only from the engine's port and user.
 *
 * <p>A listener joins a multicast group, which needs CAP_NET_ADMIN.
 *
 * @since 0.1.0
 */
public final class PeerDaemon implements RecordSource {
  /** What the process is to the engine. */
  public enum Mode {
    /** The one that records are sent to. */
    DAEMON,
    /** One that gets copies. */
    LISTENER
  }

  private static final long SEND_TIMEOUT_MS = 1_000;

  private final Builder settings;
  private final StopSwitch stop = new StopSwitch();

  private PeerDaemon(Builder settings) {
    this.settings = new Builder(settings);
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Asks an engine in peer mode for its status; times are in milliseconds.
   *
   * <p><b>Blocking</b>: at most some seconds. <b>Errors</b>: ECONNREFUSED if there is no engine,
   * EPERM if it does not answer this user.
   */
  public static KernelStatus engineStatus(long port) throws NetlinkException {
    return Platform.onPlatformThread(() -> {
      try (KernelChannel engine = KernelChannel.toEngine(port)) {
        return engine.status();
      }
    });
  }

  @Override
  public Set<URI> endpoints() {
    return Set.of(Endpoint.ofPort(settings.enginePort));
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    Platform.requirePlatformThread("the peer source");
    int groups = settings.mode == Mode.LISTENER ? 1 << (settings.group - 1) : 0;
    try (WakeUp wakeUp = new WakeUp();
        NetlinkSocket socket = open(groups)) {
      socket.passCredentials();
      socket.setSendTimeout(SEND_TIMEOUT_MS);
      var problems =
          new ReceiveProblems(
              sink,
              "netlink",
              "records are lost by it; raise receive-buffer (in force: "
                  + Counts.of(socket.receiveBufferBytes(), "byte")
                  + ")",
              settings.gaps);
      var registration =
          new PeerRegistration(socket, wakeUp, problems, settings, users(settings.engineUser));
      var pump =
          new RecordPump(
              socket,
              wakeUp,
              settings.enginePort,
              registration,
              sink,
              problems,
              true,
              settings.batch);
      registration.start();
      stop.onStop(registration::stop);
      try {
        pump.run();
      } finally {
        registration.stopAndWait();
      }
      NetlinkException failure = registration.failure();
      if (failure != null) {
        throw failure;
      }
    }
  }

  private NetlinkSocket open(int groups) throws NetlinkException {
    try {
      return NetlinkSocket.open(Nl.NETLINK_USERSOCK, 0, groups, settings.receiveBufferBytes);
    } catch (NetlinkException e) {
      if (groups != 0 && e.errno() == Errno.EPERM) {
        throw new NetlinkException(
            e.errno(),
            "cannot join netlink group "
                + settings.group
                + ": "
                + Errno.describe(e.errno())
                + "; a listener needs CAP_NET_ADMIN: run it as root, or register as the daemon");
      }
      throw e;
    }
  }

  private static Set<Integer> users(@Nullable Integer engineUser) {
    return engineUser != null ? Set.of(engineUser) : Platform.ownUserAndRoot();
  }

  @Override
  public void close() {
    stop.stop();
  }

  /** Builds a {@link PeerDaemon}. */
  public static final class Builder {
    Mode mode = Mode.DAEMON;
    long enginePort = NetlinkTransportProvider.DEFAULT_PORT;
    int group = Nl.AUDIT_NLGRP_READLOG;
    int receiveBufferBytes = 4 << 20;
    int batch = 64;
    long watchIntervalMs = 1_000;
    boolean gaps;
    @Nullable Integer engineUser;

    private Builder() {}

    private Builder(Builder other) {
      mode = other.mode;
      enginePort = other.enginePort;
      group = other.group;
      receiveBufferBytes = other.receiveBufferBytes;
      batch = other.batch;
      watchIntervalMs = other.watchIntervalMs;
      gaps = other.gaps;
      engineUser = other.engineUser;
    }

    /** What the process is to the engine. */
    public Builder mode(Mode value) {
      mode = value;
      return this;
    }

    /** The engine's port; the default is {@link NetlinkTransportProvider#DEFAULT_PORT}. */
    public Builder enginePort(long port) {
      Bounds.check("engine port", port, 1, 0xFFFF_FFFFL);
      enginePort = port;
      return this;
    }

    /** The multicast group of a listener, 1 to 32. */
    public Builder group(int number) {
      Bounds.check("group", number, 1, 32);
      group = number;
      return this;
    }

    /** The user that the engine runs as; by default root or this process's own. */
    public Builder engineUser(int uid) {
      engineUser = uid;
      return this;
    }

    /**
     * The size of the receive buffer to ask for, in bytes; a record of 200 bytes takes 832 of it.
     */
    public Builder receiveBufferBytes(int bytes) {
      receiveBufferBytes = bytes;
      return this;
    }

    /**
     * Whether missing serials are reported. Not by default, since an engine may relay a part of a
     * log, whose serials have gaps although nothing was lost.
     */
    public Builder gaps(boolean value) {
      gaps = value;
      return this;
    }

    /** How often it looks for the engine, and checks whether it is still registered. */
    public Builder watchInterval(Duration interval) {
      watchIntervalMs = Math.max(10, interval.toMillis());
      return this;
    }

    /** The daemon; no I/O happens before {@link PeerDaemon#run}. */
    public PeerDaemon build() {
      return new PeerDaemon(this);
    }
  }
}
