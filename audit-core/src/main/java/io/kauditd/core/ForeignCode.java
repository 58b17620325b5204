// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place where an engine calls code that it did not write. Whatever such code throws ends
 * here and is named once; and the interrupt flag that it leaves on the thread which runs the engine
 * is not met by what is called next, see {@link Owner#calm}. On any other thread, which is a
 * producer's, the flag is what the code made of it.
 */
final class ForeignCode {
  private final FaultLog faults;
  private final Owner owner;

  ForeignCode(FaultLog faults, Owner owner) {
    this.faults = faults;
    this.owner = owner;
  }

  /** Where what is at fault is named. */
  FaultLog faults() {
    return faults;
  }

  /** Behind a call that is made elsewhere; see {@link Owner#calm}. */
  void calm() {
    owner.calm();
  }

  /** A call without a result. */
  interface Call {
    void run() throws Exception;
  }

  /** Makes a call; returns whether it came back without a fault. */
  boolean call(Object code, String method, Call call) {
    try {
      call.run();
      return true;
    } catch (Throwable e) { // plug-in code
      faults.threw(code, method, e);
      return false;
    } finally {
      owner.calm();
    }
  }

  /** What it answers; null if it throws. */
  <T> @Nullable T get(Object code, String method, Supplier<? extends @Nullable T> call) {
    try {
      return call.get();
    } catch (Throwable e) { // plug-in code
      faults.threw(code, method, e);
      return null;
    } finally {
      owner.calm();
    }
  }

  /** What it answers; {@code otherwise} if it throws. */
  boolean asks(Object code, String method, BooleanSupplier call, boolean otherwise) {
    try {
      return call.getAsBoolean();
    } catch (Throwable e) { // plug-in code
      faults.threw(code, method, e);
      return otherwise;
    } finally {
      owner.calm();
    }
  }

  /** As {@link #asks}, for a number. */
  long count(Object code, String method, LongSupplier call, long otherwise) {
    try {
      return call.getAsLong();
    } catch (Throwable e) { // plug-in code
      faults.threw(code, method, e);
      return otherwise;
    } finally {
      owner.calm();
    }
  }
}
