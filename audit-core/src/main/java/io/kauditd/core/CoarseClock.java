// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The kernel's coarse clock, {@code CLOCK_REALTIME_COARSE}: the time of the last timer tick. To
 * read it takes a few loads, where the precise one reads a hardware counter.
 */
final class CoarseClock implements EngineClock {
  private static final int CLOCK_REALTIME_COARSE = 5; // include/uapi/linux/time.h

  private CoarseClock() {}

  /** The clock, or the machine's precise one where it cannot be read. */
  static EngineClock orSystem() {
    if (!isUsable()) {
      return SYSTEM;
    }
    var clock = new CoarseClock();
    return clock.read() > 0 ? clock : SYSTEM;
  }

  private static boolean isUsable() {
    return System.getProperty("os.name", "").equals("Linux")
        && ADDRESS.byteSize() == Long.BYTES
        && CoarseClock.class.getModule().isNativeAccessEnabled();
  }

  /** Linked when it is asked for. */
  private static final class Function {
    static final MethodHandle CLOCK_GETTIME = link();

    private Function() {}

    @SuppressWarnings("restricted") // isUsable has asked
    private static MethodHandle link() {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow("clock_gettime"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS),
          Linker.Option.critical(true));
    }
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long currentTimeMs() {
    long ms = read();
    return ms > 0 ? ms : Math.max(0, System.currentTimeMillis());
  }

  /** Milliseconds since the epoch; 0 if the clock cannot be read. */
  private long read() {
    long[] time = new long[2]; // struct timespec of the 64-bit systems: seconds, nanoseconds
    int result;
    try {
      result =
          (int)
              Function.CLOCK_GETTIME.invokeExact(
                  CLOCK_REALTIME_COARSE, MemorySegment.ofArray(time));
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("clock_gettime declares nothing", e);
    }
    return result == 0 ? time[0] * 1_000 + time[1] / 1_000_000 : 0;
  }
}
