// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.kauditd.fixtures.Await;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The socket of a service manager: what comes is kept, one text a datagram. */
public final class DatagramReceiver implements AutoCloseable {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle SOCKET =
      handle("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = handle("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RECV =
      handle("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SHUTDOWN = handle("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = handle("close", JAVA_INT, JAVA_INT);

  private final int socket;
  private final Thread thread;
  private final List<String> messages = new CopyOnWriteArrayList<>();

  private DatagramReceiver(int socket) {
    this.socket = socket;
    this.thread = Thread.ofPlatform().daemon(true).start(this::receive);
  }

  @SuppressWarnings("restricted") // of this test alone
  private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  /** At a path, or at an abstract name that begins with {@code @}. */
  public static DatagramReceiver at(String address) throws Exception {
    byte[] path = address.getBytes(StandardCharsets.UTF_8);
    if (path[0] == '@') {
      path[0] = 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(2 + path.length, 2);
      name.set(JAVA_SHORT, 0, (short) 1);
      MemorySegment.copy(path, 0, name, JAVA_BYTE, 2, path.length);
      int socket = (int) SOCKET.invokeExact(1, 2, 0);
      int bound = (int) BIND.invokeExact(socket, name, 2 + path.length);
      if (socket < 0 || bound < 0) {
        throw new AssertionError("no socket at " + address);
      }
      return new DatagramReceiver(socket);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private void receive() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4096);
      while (true) {
        long length = (long) RECV.invokeExact(socket, buffer, buffer.byteSize(), 0);
        if (length <= 0) {
          return;
        }
        byte[] text = new byte[(int) length];
        MemorySegment.copy(buffer, JAVA_BYTE, 0, text, 0, text.length);
        messages.add(new String(text, StandardCharsets.UTF_8));
      }
    } catch (Throwable e) {
      messages.add("(" + e + ")");
    }
  }

  /** What has come so far. */
  public List<String> messages() {
    return List.copyOf(messages);
  }

  /** Waits for so many messages with a line that begins so. */
  public void await(String beginning, int count) throws Exception {
    Await.until(() -> messages(), all -> count(all, beginning) >= count);
  }

  /** How many messages have a line that begins so. */
  public static long count(List<String> messages, String beginning) {
    return messages.stream()
        .filter(message -> message.lines().anyMatch(line -> line.startsWith(beginning)))
        .count();
  }

  @Override
  public void close() throws Exception {
    try {
      int shut = (int) SHUTDOWN.invokeExact(socket, 2);
      thread.join();
      int closed = (int) CLOSE.invokeExact(socket);
      if (shut != 0 || closed != 0) {
        throw new AssertionError("the socket cannot be closed");
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
