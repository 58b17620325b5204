// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the C library that netlink needs. A failure comes back as the negative error
 * number, the kernel's own convention, so that no call allocates.
 *
 * <p>The handles are static and final and are called with {@code invokeExact}; anything else costs
 * a multiple. None is a critical call: a garbage collection would wait for a blocked one.
 */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));

  /** Where errno is left, one for each thread. */
  private static final ThreadLocal<MemorySegment> STATES =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private static final MethodHandle SOCKET = returningInt("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = returningInt("bind", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKNAME =
      returningInt("getsockname", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SETSOCKOPT =
      returningInt("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      returningInt("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SENDTO =
      returningLong("sendto", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SENDMMSG =
      returningInt("sendmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle RECVMMSG =
      returningInt("recvmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle POLL = returningInt("poll", ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle EVENTFD = returningInt("eventfd", JAVA_INT, JAVA_INT);
  private static final MethodHandle READ = returningLong("read", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE = returningLong("write", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle CLOSE = returningInt("close", JAVA_INT);
  private static final MethodHandle GETEUID = returningInt("geteuid");

  private Libc() {}

  private static MethodHandle returningInt(
      String name, java.lang.foreign.MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MethodHandle returningLong(
      String name, java.lang.foreign.MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  @SuppressWarnings("restricted") // the one place of this module that links native functions
  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    MemorySegment symbol = LINKER.defaultLookup().findOrThrow(name);
    return LINKER.downcallHandle(symbol, descriptor, Linker.Option.captureCallState("errno"));
  }

  private static int result(int returned, MemorySegment state) {
    return returned >= 0 ? returned : -state.get(JAVA_INT, ERRNO);
  }

  private static long result(long returned, MemorySegment state) {
    return returned >= 0 ? returned : -state.get(JAVA_INT, ERRNO);
  }

  private static Error unexpected(Throwable t) {
    return new LinkageError("a native call failed in the JVM", t);
  }

  static int socket(int family, int type, int protocol) {
    MemorySegment state = STATES.get();
    try {
      return result((int) SOCKET.invokeExact(state, family, type, protocol), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int bind(int fd, MemorySegment address) {
    MemorySegment state = STATES.get();
    try {
      return result((int) BIND.invokeExact(state, fd, address, (int) address.byteSize()), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int getsockname(int fd, MemorySegment address, MemorySegment length) {
    MemorySegment state = STATES.get();
    try {
      return result((int) GETSOCKNAME.invokeExact(state, fd, address, length), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int setsockopt(int fd, int level, int option, MemorySegment value) {
    MemorySegment state = STATES.get();
    try {
      int size = (int) value.byteSize();
      return result((int) SETSOCKOPT.invokeExact(state, fd, level, option, value, size), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int getsockopt(int fd, int level, int option, MemorySegment value, MemorySegment length) {
    MemorySegment state = STATES.get();
    try {
      return result((int) GETSOCKOPT.invokeExact(state, fd, level, option, value, length), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static long sendto(int fd, MemorySegment data, long length, int flags, MemorySegment address) {
    MemorySegment state = STATES.get();
    try {
      int size = (int) address.byteSize();
      return result(
          (long) SENDTO.invokeExact(state, fd, data, length, flags, address, size), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int sendmmsg(int fd, MemorySegment messages, int count, int flags) {
    MemorySegment state = STATES.get();
    try {
      return result((int) SENDMMSG.invokeExact(state, fd, messages, count, flags), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int recvmmsg(int fd, MemorySegment messages, int count, int flags) {
    MemorySegment state = STATES.get();
    try {
      MemorySegment forever = MemorySegment.NULL;
      return result((int) RECVMMSG.invokeExact(state, fd, messages, count, flags, forever), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int poll(MemorySegment fds, long count, int timeoutMs) {
    MemorySegment state = STATES.get();
    try {
      return result((int) POLL.invokeExact(state, fds, count, timeoutMs), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int eventfd(int initial, int flags) {
    MemorySegment state = STATES.get();
    try {
      return result((int) EVENTFD.invokeExact(state, initial, flags), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static long read(int fd, MemorySegment data) {
    MemorySegment state = STATES.get();
    try {
      return result((long) READ.invokeExact(state, fd, data, data.byteSize()), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static long write(int fd, MemorySegment data) {
    MemorySegment state = STATES.get();
    try {
      return result((long) WRITE.invokeExact(state, fd, data, data.byteSize()), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int close(int fd) {
    MemorySegment state = STATES.get();
    try {
      return result((int) CLOSE.invokeExact(state, fd), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int geteuid() {
    MemorySegment state = STATES.get();
    try {
      return (int) GETEUID.invokeExact(state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }
}
