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

/** A connection that was given up after a failure; see {@link PassEvent}. */
@Name("io.kauditd.Reset")
@Label("Reset")
@Category("kauditd")
@Description("The connection to the daemon was given up; what waits goes to the hold queue")
@StackTrace(false)
@Registered(false) // FlightEvents does
@Throttle(PassEvent.MOST)
final class ResetEvent extends Event {
  @Label("Peer")
  @Description("The port id of the daemon")
  long peer;

  @Label("Last Error")
  @Description("The failure that ended the connection, in words")
  @Nullable String lastError;

  /** The connection was given up. */
  static void happened(Connection broken, @Nullable String lastError) {
    var event = new ResetEvent();
    if (PassEvent.isWanted(event)) {
      event.peer = broken.peer();
      event.lastError = lastError;
      event.commit();
    }
  }
}
