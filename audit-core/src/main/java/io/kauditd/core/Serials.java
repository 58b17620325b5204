// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Hands out serials. Every producer writes here for every record. So the number has cache lines of
 * its own, because reading anything else in them would be slow for all threads.
 */
@SuppressWarnings({"unused", "UnusedVariable"}) // the padding
final class Serials extends SerialsFields.Value {
  private static final VarHandle LAST;

  static {
    try {
      LAST = MethodHandles.lookup().findVarHandle(SerialsFields.Value.class, "last", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14;

  /** The next one, from 1 on. */
  long next() {
    return (long) LAST.getAndAdd(this, 1L) + 1;
  }

  /** Those to come are higher than this one. */
  void above(long given) {
    long seen = (long) LAST.getVolatile(this);
    while (seen < given && !LAST.compareAndSet(this, seen, given)) {
      seen = (long) LAST.getVolatile(this);
    }
  }
}
