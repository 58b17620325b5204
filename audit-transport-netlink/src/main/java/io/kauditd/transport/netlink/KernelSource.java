// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.spi.Counts;
import io.kauditd.spi.Durations;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import io.kauditd.transport.netlink.Privileges.Capability;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of the live kernel, as its audit daemon or as a listener beside one.
 *
 * <p>While the process is the audit daemon, the kernel keeps what the source does not take at once,
 * and in the end makes the processes wait that cause records. A listener that is too slow loses
 * records. Both are reported to the sink, as are missing serials.
 *
 * <p>When the source ends, the kernel's state is restored, also when the JVM shuts down. It is not
 * restored when the JVM is killed: the kernel then forgets the daemon with the next record, and
 * auditing stays on.
 *
 * @since 0.1.0
 */
public final class KernelSource implements RecordSource {
  private static final Logger LOG = LoggerFactory.getLogger(KernelSource.class);

  /** Asking the kernel takes its audit lock; without a pause it would hinder everyone. */
  private static final int MIN_WATCH_INTERVAL_MS = 10;

  /** How records are received. */
  public enum Mode {
    /** As the daemon if the process may and the place is free, else as a listener. */
    AUTO,
    /** As the audit daemon; needs CAP_AUDIT_CONTROL. */
    DAEMON,
    /** In the multicast group beside whatever daemon there is; needs CAP_AUDIT_READ. */
    LISTENER
  }

  private final Mode mode;
  private final int receiveBufferBytes;
  private final boolean enable;
  private final boolean endOfEvent;
  private final int batchRecords;
  private final long watchIntervalMs;
  private final boolean gaps;

  private final StopSwitch stop = new StopSwitch();

  private KernelSource(Builder builder) {
    mode = builder.mode;
    receiveBufferBytes = builder.receiveBufferBytes;
    enable = builder.enable;
    endOfEvent = builder.endOfEvent;
    batchRecords = builder.batchRecords;
    watchIntervalMs = builder.watchIntervalMs;
    gaps = builder.gaps;
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Set<URI> endpoints() {
    return Set.of(Endpoint.KERNEL);
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    Platform.requirePlatformThread("the kernel source");
    if (stop.isStopped()) {
      return;
    }
    if (mode == Mode.LISTENER) {
      runAsListener(sink, null);
      return;
    }
    NetlinkException refusal = runAsDaemon(sink);
    if (refusal != null) {
      if (mode == Mode.DAEMON) {
        throw refusal;
      }
      runAsListener(sink, refusal);
    }
  }

  /** Returns why it could not be the daemon, or null if it was and has ended. */
  private @Nullable NetlinkException runAsDaemon(RecordSink sink) throws NetlinkException {
    try (WakeUp wakeUp = new WakeUp();
        NetlinkSocket socket = open(receiveBufferBytes)) {
      var problems =
          new ReceiveProblems(
              sink,
              "kernel",
              "the kernel keeps the records and sends them again (receive buffer: "
                  + socket.receiveBufferBytes()
                  + ")",
              gaps);
      var registration = new KernelRegistration(socket, wakeUp, problems, enable, watchIntervalMs);
      var pump =
          new RecordPump(socket, wakeUp, 0, registration, sink, problems, endOfEvent, batchRecords);
      registration.start();
      stop.onStop(registration::stop);
      try {
        pump.run();
      } finally {
        registration.stopAndWait();
      }
      NetlinkException failure = registration.failure();
      if (failure != null && registration.wasRegistered()) {
        throw failure;
      }
      return failure;
    }
  }

  private static NetlinkSocket open(int receiveBufferBytes) throws NetlinkException {
    try {
      return NetlinkSocket.open(Nl.NETLINK_AUDIT, 0, 0, receiveBufferBytes);
    } catch (NetlinkException e) {
      throw Privileges.refused(e.errno(), "open the audit socket", Capability.CAP_AUDIT_CONTROL);
    }
  }

  private void runAsListener(RecordSink sink, @Nullable NetlinkException refusal)
      throws NetlinkException {
    try (WakeUp wakeUp = new WakeUp();
        NetlinkSocket socket = join(refusal)) {
      var ending = new ListenerEnd(wakeUp);
      var problems =
          new ReceiveProblems(
              sink,
              "kernel",
              "records are lost by it; raise receive-buffer (in force: "
                  + Counts.of(socket.receiveBufferBytes(), "byte")
                  + ")",
              gaps);
      var pump =
          new RecordPump(socket, wakeUp, 0, ending, sink, problems, endOfEvent, batchRecords);
      LOG.info(
          "listening to the kernel's audit records{}",
          refusal == null ? "" : ", because it " + refusal.getMessage());
      stop.onStop(ending::stop);
      pump.run();
    }
  }

  @Override
  public List<String> check() {
    String refusal = mode == Mode.LISTENER ? null : whyNoDaemon();
    if (refusal != null && mode == Mode.DAEMON) {
      return List.of(refusal);
    }
    try {
      if (refusal != null || mode == Mode.LISTENER) {
        join(null).close();
      }
      return List.of();
    } catch (NetlinkException e) {
      return List.of(e.getMessage());
    }
  }

  private static @Nullable String whyNoDaemon() {
    try (KernelChannel kernel = KernelChannel.toKernel()) {
      long pid = kernel.status().pid();
      return pid == 0 ? null : KernelRegistration.placeTaken(pid);
    } catch (NetlinkException e) {
      return e.getMessage();
    }
  }

  private NetlinkSocket join(@Nullable NetlinkException refusal) throws NetlinkException {
    try {
      return NetlinkSocket.open(
          Nl.NETLINK_AUDIT, 0, 1 << (Nl.AUDIT_NLGRP_READLOG - 1), receiveBufferBytes);
    } catch (NetlinkException e) {
      NetlinkException refused =
          Privileges.refused(
              e.errno(), "listen to the kernel's audit records", Capability.CAP_AUDIT_READ);
      throw refusal == null
          ? refused
          : new NetlinkException(e.errno(), refusal.getMessage() + "; " + refused.getMessage());
    }
  }

  @Override
  public void close() {
    stop.stop();
  }

  /** Ends a listener: at the first pause, or after half a second if there is none. */
  private static final class ListenerEnd implements RecordPump.Control {
    private final WakeUp wakeUp;
    private static final long DRAIN_LIMIT_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private volatile boolean over;

    ListenerEnd(WakeUp wakeUp) {
      this.wakeUp = wakeUp;
    }

    void stop() {
      over = true;
      wakeUp.signal();
    }

    @Override
    public boolean isOver() {
      return over;
    }

    @Override
    public long drainLimitNs() {
      return DRAIN_LIMIT_NS;
    }
  }

  /** Builds a {@link KernelSource}. */
  public static final class Builder {
    private Mode mode = Mode.AUTO;
    private int receiveBufferBytes = 8 << 20;
    private boolean enable = true;
    private boolean endOfEvent;
    private int batchRecords = 64;
    private long watchIntervalMs = 5_000;
    private boolean gaps = true;

    private Builder() {}

    /** How records are received. */
    public Builder mode(Mode value) {
      mode = value;
      return this;
    }

    /**
     * The size of the receive buffer to ask for; a record of 200 bytes takes 832 of it.
     *
     * @param bytes 4,096 or more
     */
    public Builder receiveBufferBytes(int bytes) {
      receiveBufferBytes = bytes;
      return this;
    }

    /** Whether the daemon turns auditing on if it is off, and off again at the end. */
    public Builder enable(boolean value) {
      enable = value;
      return this;
    }

    /** Whether EOE records are passed on, which auditd does not write to its log. */
    public Builder endOfEvent(boolean value) {
      endOfEvent = value;
      return this;
    }

    /** The maximum number of records received with one system call, 1 to 1,024. */
    public Builder batchRecords(int records) {
      Bounds.check("batch", records, 1, 1024);
      batchRecords = records;
      return this;
    }

    /**
     * How often the daemon checks whether it is still registered, and how many records the kernel
     * lost.
     *
     * @param interval 10 ms or more
     */
    public Builder watchInterval(Duration interval) {
      if (interval.toMillis() < MIN_WATCH_INTERVAL_MS) {
        throw new IllegalArgumentException(
            "watch interval is " + Durations.inWords(interval) + "; it must be 10 ms or more");
      }
      watchIntervalMs = interval.toMillis();
      return this;
    }

    /** Whether missing serials are reported; the kernel sends every serial. */
    public Builder gaps(boolean value) {
      gaps = value;
      return this;
    }

    /** The source; no I/O happens before {@link KernelSource#run}. */
    public KernelSource build() {
      return new KernelSource(this);
    }
  }
}
