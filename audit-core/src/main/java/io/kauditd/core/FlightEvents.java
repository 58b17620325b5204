// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import org.jspecify.annotations.Nullable;

/**
 * Makes the events known to Java Flight Recorder as soon as somebody uses it. An event class that
 * makes itself known prepares the whole recorder, for which the first engine of a program, and the
 * first loss on the thread of a producer, would wait a tenth of a second.
 *
 * <p>The recorder refers to the listener, and so to the class loader of an application that a
 * server may want to unload. Hence the listener goes with the last engine.
 */
final class FlightEvents implements FlightRecorderListener {
  private static final FlightEvents LISTENER = new FlightEvents();

  private static int engines;
  private static volatile boolean known;

  private FlightEvents() {}

  /** An engine is there. */
  static synchronized void engineBegins() {
    if (engines++ == 0) {
      FlightRecorder.addListener(LISTENER);
    }
  }

  /** An engine is gone. */
  static synchronized void engineEnds() {
    if (--engines == 0) {
      FlightRecorder.removeListener(LISTENER);
    }
  }

  /** The event of a pass that begins; null if nobody has used the recorder. */
  static @Nullable PassEvent pass(Counters counters) {
    return known ? PassEvent.begin(counters) : null;
  }

  @Override
  public void recorderInitialized(FlightRecorder recorder) {
    for (Class<? extends Event> event :
        List.of(
            PassEvent.class,
            FailedSendEvent.class,
            ResetEvent.class,
            DropEvent.class,
            ProducerWaitEvent.class)) {
      FlightRecorder.register(event);
    }
    known = true;
  }
}
