// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A SIGHUP that comes before there is anybody to take it. The JVM ends at one until a program has
 * said what to do instead, some tenths of a second after the start. So the launcher has it ignored:
 * nothing is missed by that, since the configuration is read later. But a JVM that finds it ignored
 * takes that for a {@code nohup}, and refuses to hand it over; so it is let go of here.
 */
public final class HeldHangUp {
  private static final Logger LOG = LoggerFactory.getLogger(HeldHangUp.class);

  /** Set by the launcher: {@code yes}, or {@code terminal} where the run has a terminal. */
  public static final String PROPERTY = "audit.hangup.held";

  private static final int SIGHUP = 1;

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
   * Has SIGHUP no longer ignored, so that the JVM takes a handler for it. Until it does, one goes
   * to a function of the C library that does nothing: there is no moment at which one could end the
   * process.
   */
  @SuppressWarnings("restricted") // the one place of this module
  static void release() {
    if (!isHeld() || !HeldHangUp.class.getModule().isNativeAccessEnabled()) {
      return;
    }
    try {
      Linker linker = Linker.nativeLinker();
      MethodHandle signal =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("signal"),
              FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
      MemorySegment nothing = linker.defaultLookup().findOrThrow("abs");
      MemorySegment before = (MemorySegment) signal.invokeExact(SIGHUP, nothing);
      LOG.debug("SIGHUP was {}", before);
    } catch (Throwable e) { // of a method handle
      LOG.debug("SIGHUP stays ignored: {}", e.toString());
    }
  }
}
