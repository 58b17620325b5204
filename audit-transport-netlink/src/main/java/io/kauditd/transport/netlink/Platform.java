// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Whether this machine, and this JVM, can speak netlink at all. */
final class Platform {
  /** 64-bit machines whose layouts and socket constants are the ones written down here. */
  private static final Set<String> MACHINES = Set.of("amd64", "x86_64", "aarch64", "riscv64");

  private Platform() {}

  /** Throws with the reason if it cannot. */
  static void require() throws NetlinkException {
    String system = System.getProperty("os.name", "");
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    if (!system.equals("Linux") || !MACHINES.contains(machine)) {
      throw new NetlinkException(
          Errno.EAFNOSUPPORT,
          "netlink needs Linux on amd64, aarch64 or riscv64; this is " + system + " on " + machine);
    }
    try {
      Libc.geteuid();
    } catch (LinkageError | IllegalCallerException e) {
      throw new NetlinkException(
          Errno.EPERM,
          "the C library cannot be called; start Java with"
              + " --enable-native-access=io.kauditd.transport.netlink (on the class path:"
              + " ALL-UNNAMED): "
              + rootMessage(e));
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** The users that a peer is trusted from unless it was told otherwise. */
  static Set<Integer> ownUserAndRoot() {
    int own = Libc.geteuid();
    return own == 0 ? Set.of(0) : Set.of(0, own);
  }

  /** A blocked native call holds the carrier of a virtual thread, and all others with it. */
  static void requirePlatformThread(String what) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          what + " blocks in native calls and needs a platform thread, not a virtual one");
    }
  }

  /** Something that blocks in native calls. */
  interface Call<T> {
    T run() throws NetlinkException;
  }

  /**
   * Runs a call here, or, if this is a virtual thread, on a platform thread while this one waits.
   */
  static <T> T onPlatformThread(Call<T> call) throws NetlinkException {
    if (!Thread.currentThread().isVirtual()) {
      return call.run();
    }
    var task = new FutureTask<T>(call::run);
    Thread.ofPlatform().name("audit-kernel-call").start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetlinkException(Errno.EINTR, "interrupted while the kernel was asked");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NetlinkException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
