// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The datagram socket of a service manager, which the JDK has no class for: one datagram a message,
 * at a path, or at an abstract name where the address begins with {@code @}; sd_notify(3).
 *
 * <p>Linux. For one thread.
 */
final class NotifySocket {
  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int MSG_NOSIGNAL = 0x4000;

  /** What struct sockaddr_un has room for. */
  private static final int MAX_PATH_BYTES = 108;

  private final byte[] path;

  private NotifySocket(byte[] path) {
    this.path = path;
  }

  /**
   * The socket at an address, as {@code NOTIFY_SOCKET} has it.
   *
   * @throws IOException if that is no address of such a socket
   */
  static NotifySocket at(String address) throws IOException {
    byte[] path = address.getBytes(StandardCharsets.UTF_8);
    if (path.length < 2 || path.length >= MAX_PATH_BYTES || (path[0] != '/' && path[0] != '@')) {
      throw new IOException(
          "'"
              + address
              + "' is no socket that can be used; it begins with / or @, and has at most "
              + (MAX_PATH_BYTES - 1)
              + " bytes");
    }
    if (path[0] == '@') {
      path[0] = 0;
    }
    return new NotifySocket(path);
  }

  /**
   * Sends a message.
   *
   * <p><b>Blocking</b>: while the receiver's queue is full.
   */
  void send(String message) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocateFrom(JAVA_BYTE, message.getBytes(StandardCharsets.UTF_8));
      // An abstract name has no zero at its end, and a path need not have one.
      MemorySegment address = arena.allocate(JAVA_SHORT.byteSize() + path.length, 2);
      address.set(JAVA_SHORT, 0, AF_UNIX);
      MemorySegment.copy(path, 0, address, JAVA_BYTE, JAVA_SHORT.byteSize(), path.length);
      MemorySegment state = arena.allocate(Functions.STATE);
      int socket = Functions.socket(state);
      try {
        Functions.sendto(state, socket, data, address);
      } finally {
        Functions.close(socket);
      }
    }
  }

  /** The functions of the C library, linked when the first of them is called. */
  private static final class Functions {
    static final Linker LINKER = Linker.nativeLinker();
    static final StructLayout STATE = Linker.Option.captureStateLayout();
    static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));

    static final MethodHandle SOCKET = handle("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle SENDTO =
        handle("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    static final MethodHandle CLOSE = handle("close", JAVA_INT, JAVA_INT);

    @SuppressWarnings("restricted") // the one place of this package
    static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
      return LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow(name),
          FunctionDescriptor.of(result, arguments),
          Linker.Option.captureCallState("errno"));
    }

    static int socket(MemorySegment state) throws IOException {
      int socket;
      try {
        socket = (int) SOCKET.invokeExact(state, (int) AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      } catch (Throwable e) { // of a method handle
        throw new LinkageError("a native call failed in the JVM", e);
      }
      if (socket < 0) {
        throw failed("socket", state);
      }
      return socket;
    }

    static void sendto(MemorySegment state, int socket, MemorySegment data, MemorySegment address)
        throws IOException {
      long length = data.byteSize();
      int addressLength = (int) address.byteSize();
      long sent;
      try {
        sent =
            (long)
                SENDTO.invokeExact(
                    state, socket, data, length, MSG_NOSIGNAL, address, addressLength);
      } catch (Throwable e) { // of a method handle
        throw new LinkageError("a native call failed in the JVM", e);
      }
      if (sent < 0) {
        throw failed("sendto", state);
      }
    }

    static void close(int socket) {
      try (Arena arena = Arena.ofConfined()) {
        int closed = (int) CLOSE.invokeExact(arena.allocate(STATE), socket);
        assert closed == 0;
      } catch (Throwable e) { // of a method handle
        throw new LinkageError("a native call failed in the JVM", e);
      }
    }

    private static IOException failed(String function, MemorySegment state) {
      return new IOException(function + ": error number " + state.get(JAVA_INT, ERRNO));
    }
  }
}
