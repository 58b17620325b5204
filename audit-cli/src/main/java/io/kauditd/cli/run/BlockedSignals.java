// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.files.NativeFunctions;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unblocks signals that the parent had blocked. A process inherits the signal mask of the thread
 * that started it: auditd starts a plug-in that ended again from a thread that blocks nearly all
 * signals. The JVM unblocks only some of them.
 */
final class BlockedSignals {
  private static final Logger LOG = LoggerFactory.getLogger(BlockedSignals.class);

  private static final int[] SIGNALS = {1, 2, 10, 12, 15}; // HUP, INT, USR1, USR2, TERM
  private static final long SIG_UNBLOCK = 1;
  private static final long SIGSET_BYTES = 128; // of glibc; others have less

  private BlockedSignals() {}

  /**
   * Unblocks them in the calling thread, and so in those that it starts. One thread that takes a
   * signal is enough.
   */
  static void unblock() {
    if (!NativeFunctions.areGranted()) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle mask = NativeFunctions.link("pthread_sigmask");
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      MemorySegment set = arena.allocate(SIGSET_BYTES, Long.BYTES);
      set.set(ValueLayout.JAVA_LONG, 0, bits());
      long failed = (long) mask.invokeExact(state, SIG_UNBLOCK, set.address(), 0L, 0L);
      if ((int) failed != 0) {
        LOG.debug("signals stay blocked: error {}", (int) failed);
      }
    } catch (Throwable e) { // of a method handle
      LOG.debug("signals stay blocked: {}", e.toString());
    }
  }

  private static long bits() {
    long bits = 0;
    for (int signal : SIGNALS) {
      bits |= 1L << (signal - 1);
    }
    return bits;
  }
}
