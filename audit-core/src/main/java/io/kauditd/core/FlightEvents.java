// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import org.jspecify.annotations.Nullable;

/**
 * Registers the events with Java Flight Recorder when somebody begins to record. An event class
 * that registers itself prepares the whole recorder, which takes a tenth of a second: the first
 * engine of a program, or the first producer that loses a record, would wait for it.
 *
 * <p>The recorder refers to the listener, and so to the class loader of an application that a
 * server may want to unload. So the listener is removed with the last engine.
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
