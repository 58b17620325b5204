// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A count that one thread writes and others read, on cache lines of its own. */
@SuppressWarnings({"unused", "UnusedVariable"}) // the padding
class Taken extends TakenValue {
  private long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14;

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(TakenValue.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Counts; the one writer. */
  void add(long records) {
    VALUE.setRelease(this, value + records);
  }

  long get() {
    return (long) VALUE.getAcquire(this);
  }
}

@SuppressWarnings({"unused", "UnusedVariable"}) // the padding
abstract class TakenFront {
  private long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14;
}

abstract class TakenValue extends TakenFront {
  long value;
}
