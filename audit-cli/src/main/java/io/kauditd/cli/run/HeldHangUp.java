// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.files.NativeFunctions;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles a SIGHUP that comes during the start. The JVM ends at a SIGHUP until the program has
 * installed a handler, some tenths of a second after the start. So the launcher ignores the signal
 * at first; nothing is missed, since the configuration is read later. But a JVM that was started
 * with SIGHUP ignored takes that for {@code nohup}, and refuses to install a handler. So this class
 * ends the ignoring.
 */
public final class HeldHangUp {
  private static final Logger LOG = LoggerFactory.getLogger(HeldHangUp.class);

  /** Set by the launcher: {@code yes}, or {@code terminal} where the run has a terminal. */
  public static final String PROPERTY = "audit.hangup.held";

  private static final long SIGHUP = 1;

  private HeldHangUp() {}

  /** Whether the launcher has SIGHUP ignored. */
  static boolean isHeld() {
    return System.getProperty(PROPERTY) != null;
  }

  /** Whether the run had a terminal when it was launched. */
  static boolean hadTerminal() {
    return "terminal".equals(System.getProperty(PROPERTY));
  }

  /**
   * Ends the ignoring of SIGHUP, so that the JVM accepts a handler. Until there is one, the signal
   * goes to a function of the C library that does nothing, so at no moment can it end the process.
   */
  static void release() {
    if (!isHeld() || !NativeFunctions.areGranted()) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle signal = NativeFunctions.link("signal");
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      long nothing = NativeFunctions.addressOf("abs");
      long before = (long) signal.invokeExact(state, SIGHUP, nothing, 0L, 0L);
      LOG.debug("SIGHUP was {}", before);
    } catch (Throwable e) { // of a method handle
      LOG.debug("SIGHUP stays ignored: {}", e.toString());
    }
  }
}
