// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * Links functions of the C library, all in one shape, because the JDK generates code for each
 * shape: of six they were a third of the tool's start and 8 MB. 64-bit Linux passes integers and
 * pointers in the same registers, whatever their size, and a function does not look at those that
 * it does not declare.
 */
public final class NativeFunctions {
  private static final Linker LINKER = Linker.nativeLinker();

  private NativeFunctions() {}

  /** Whether this module was granted native access; if not, the JVM would print a warning. */
  public static boolean areGranted() {
    return NativeFunctions.class.getModule().isNativeAccessEnabled();
  }

  /**
   * A function that takes at most four integers or pointers, and returns one or none. Two of those
   * that are used are declared with {@code ...}.
   *
   * @return takes the segment for errno ({@link Linker.Option#captureStateLayout}) and four longs,
   *     and returns a long; of an int, the lower half counts
   */
  @SuppressWarnings("restricted") // with Libc.words(), the one place of this module
  public static MethodHandle link(String name) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(2));
  }

  /** Where a function of the C library is, for one that takes its address. */
  public static long addressOf(String name) {
    return LINKER.defaultLookup().findOrThrow(name).address();
  }
}
