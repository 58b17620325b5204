// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.StackTrace;
import jdk.jfr.Throttle;
import org.jspecify.annotations.Nullable;

/**
 * One pass, as Java Flight Recorder shows it.
 *
 * <p>What the events have in common: the usual way of a producer, a queue with room, meets none of
 * them; elsewhere one that nobody records costs the test of a flag. One that is recorded is
 * throttled, so that a flood of losses does not fill the recording: counters tell how many there
 * were, events tell when and where. Recording them reads a clock, but the engine never sees it.
 */
@Name("io.kauditd.Pass")
@Label("Pass")
@Category("kauditd")
@Description("One walk over the hold, retry and main queues")
@StackTrace(false)
@Registered(false) // FlightEvents does
@Throttle(PassEvent.MOST)
final class PassEvent extends Event {
  /** The most events of a kind that are recorded, unless the recording's settings say otherwise. */
  static final String MOST = "1000/s";

  @Label("Peer")
  @Description("The port id of the daemon that was connected at the end, 0 for none")
  long peer;

  @RecordCount
  @Label("Delivered")
  @Description("What the transport took in this pass")
  long delivered;

  @Label("Failed Sends")
  @Description("Attempts to send a record that failed in this pass")
  long failedSends;

  @RecordCount
  @Label("In Main Queue")
  @Description("What waits in the main queue after the pass")
  int inMain;

  @RecordCount
  @Label("In Retry Queue")
  @Description("What waits in the retry queue after the pass")
  int inRetry;

  @RecordCount
  @Label("In Hold Queue")
  @Description("What waits in the hold queue after the pass")
  int inHold;

  @Label("Endless")
  @Description("Whether it would not have ended and was broken off; policy v5.16 alone")
  boolean endless;

  private transient long deliveredBefore; // transient: not part of the event
  private transient long failedSendsBefore; // transient: not part of the event

  /** The pass begins. */
  static PassEvent begin(Counters counters) {
    var event = new PassEvent();
    event.deliveredBefore = counters.delivered;
    event.failedSendsBefore = counters.failedSends;
    event.begin();
    return event;
  }

  /** The pass has ended. */
  void end(@Nullable Connection connection, Counters counters, Queues queues, boolean ended) {
    end(); // a throttle looks at the time of the end, and would leave no duration without it
    if (shouldCommit()) {
      peer = connection == null ? 0 : connection.peer();
      delivered = counters.delivered - deliveredBefore;
      failedSends = counters.failedSends - failedSendsBefore;
      inMain = queues.main().size();
      inRetry = queues.retry().size();
      inHold = queues.hold().size();
      endless = !ended;
      commit();
    }
  }

  /** Whether to record an event that is over at once. It gets its time here. */
  static boolean isWanted(Event event) {
    if (!event.isEnabled()) {
      return false;
    }
    event.begin(); // the throttle would never come to its next window without a time
    return event.shouldCommit();
  }
}
