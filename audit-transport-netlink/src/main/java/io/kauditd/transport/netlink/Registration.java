// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A registration as the audit daemon. A thread of its own makes it, watches it, and ends it.
 *
 * <p>That thread sends the requests, because the kernel makes the sender of a request wait while
 * the backlog is over its limit. Only the receiving thread empties the backlog, so if it sent a
 * request, it would wait for itself. The receiving thread passes on the answers that arrive among
 * the records.
 */
abstract class Registration implements RecordPump.Control {
  private static final long ANSWER_TIMEOUT_MS = 5_000;

  final NetlinkSocket receiving;
  final ReceiveProblems problems;
  private final WakeUp wakeUp;
  private final long watchIntervalMs;
  private final MemorySegment address;
  private final MemorySegment request = Arena.ofAuto().allocate(Nl.HEADER + KernelStatus.LENGTH, 8);
  private final Thread thread;
  private final Thread hook;

  // guarded by this
  private boolean stopping;
  private boolean over;
  private int sequence = ThreadLocalRandom.current().nextInt(); // as in KernelChannel
  private @Nullable Integer answer;
  private @Nullable NetlinkException failure;

  Registration(
      NetlinkSocket receiving,
      WakeUp wakeUp,
      ReceiveProblems problems,
      long peer,
      long watchIntervalMs) {
    this.receiving = receiving;
    this.wakeUp = wakeUp;
    this.problems = problems;
    this.watchIntervalMs = watchIntervalMs;
    address = NetlinkSocket.address(Arena.ofAuto(), peer, 0);
    thread = Thread.ofPlatform().name("audit-registration").daemon().unstarted(this::run);
    hook = Thread.ofPlatform().name("audit-restore").unstarted(this::stopAndWait);
  }

  /** Opens the way to ask. */
  abstract KernelChannel openChannel() throws NetlinkException;

  /** Takes the place; an exception ends it all. */
  abstract void takePlace(KernelChannel channel) throws NetlinkException;

  /** Looks whether the place is still there; an exception ends it all. */
  abstract void keepPlace(KernelChannel channel) throws NetlinkException;

  /** Gives back what was taken. Called in any case. */
  abstract void givePlaceBack(KernelChannel channel) throws NetlinkException;

  void start() {
    thread.start();
  }

  /** Gives the place back, soon; {@link #isOver} tells when. Any thread. */
  synchronized void stop() {
    stopping = true;
    notifyAll();
  }

  /** Unregisters, and waits for at most some seconds until that is done. */
  void stopAndWait() {
    stop();
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2 * ANSWER_TIMEOUT_MS);
    synchronized (this) {
      while (!over && waitUntil(deadlineNs)) {}
    }
  }

  @Override
  public synchronized boolean isOver() {
    return over;
  }

  /** Why it is over, if it was not stopped. */
  synchronized @Nullable NetlinkException failure() {
    return failure;
  }

  @Override
  public synchronized void acknowledged(int acknowledgedSequence, int error) {
    if (acknowledgedSequence == sequence) {
      answer = error;
      notifyAll();
    }
  }

  private void run() {
    try (KernelChannel channel = openChannel()) {
      restoreAtShutdown();
      try {
        takePlace(channel);
        while (!awaitStop(watchIntervalMs)) {
          keepPlace(channel);
        }
      } finally {
        givePlaceBack(channel);
      }
    } catch (NetlinkException e) {
      fail(e);
    } finally {
      end();
    }
  }

  private synchronized void fail(NetlinkException e) {
    if (!stopping) {
      failure = e;
    } else {
      problems.post(e.getMessage());
    }
  }

  private void end() {
    synchronized (this) {
      over = true;
      notifyAll();
    }
    wakeUp.signal();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down, and the hook has done its work.
    }
  }

  private void restoreAtShutdown() throws NetlinkException {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      throw new NetlinkException(Errno.EINTR, "the JVM is shutting down");
    }
  }

  /**
   * Sends AUDIT_SET with a process id on the receiving socket, which becomes the daemon's by that.
   *
   * @return 0, or the negative error number
   */
  int register(long pid) {
    synchronized (this) {
      sequence++;
      answer = null;
      KernelStatus.putChange(request, Nl.HEADER, KernelStatus.MASK_PID, pid);
      int flags = Nl.NLM_F_REQUEST | Nl.NLM_F_ACK;
      Nl.putHeader(request, 0, (int) request.byteSize(), Nl.AUDIT_SET, flags, sequence);
    }
    int sent = receiving.sendTo(request, request.byteSize(), 0, address);
    return sent < 0 ? sent : awaitAnswer();
  }

  private synchronized int awaitAnswer() {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANSWER_TIMEOUT_MS);
    while (answer == null) {
      if (!waitUntil(deadlineNs)) {
        return -Errno.ETIMEDOUT;
      }
    }
    return answer;
  }

  /** Waits to be stopped; returns whether that has happened. */
  synchronized boolean awaitStop(long ms) {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    while (!stopping && waitUntil(deadlineNs)) {}
    return stopping;
  }

  /** Waits a moment. */
  synchronized void pause(long ms) {
    waitUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms));
  }

  /** Waits for a notification; false if the time was over already. Holds the monitor. */
  @SuppressWarnings("WaitNotInLoop") // the callers loop over what they wait for
  private boolean waitUntil(long deadlineNs) {
    long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime() + 999_999);
    if (leftMs <= 0) {
      return false;
    }
    try {
      wait(leftMs);
    } catch (InterruptedException e) {
      stopping = true; // whoever interrupts wants it to end
    }
    return true;
  }
}
