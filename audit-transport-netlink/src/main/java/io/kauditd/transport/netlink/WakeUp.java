// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An eventfd beside a socket. It ends a thread's wait in {@code poll}, which neither an interrupt
 * nor the closing of the socket can do.
 */
final class WakeUp implements AutoCloseable {
  private static final int EFD_NONBLOCK = 0x800;
  private static final int EFD_CLOEXEC = 0x80000;

  private final MemorySegment one = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment count = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);
  private int fd;

  WakeUp() throws NetlinkException {
    Platform.require();
    fd = Libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) {
      throw new NetlinkException(-fd, "an eventfd cannot be made: " + Errno.describe(-fd));
    }
    one.set(ValueLayout.JAVA_LONG, 0, 1);
  }

  synchronized int fd() {
    return fd;
  }

  /**
   * Wakes the waiting thread, now or the next time it waits. Any thread; after closing, nothing.
   */
  synchronized void signal() {
    if (fd >= 0) {
      Libc.write(fd, one);
    }
  }

  /** Takes the signals back. */
  synchronized void drain() {
    if (fd >= 0) {
      Libc.read(fd, count);
    }
  }

  @Override
  public synchronized void close() {
    if (fd >= 0) {
      Libc.close(fd);
      fd = -1;
    }
  }
}
