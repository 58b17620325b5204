// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.QueueRole;
import io.kauditd.spi.SendResult;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.StackTrace;
import jdk.jfr.Throttle;
import org.jspecify.annotations.Nullable;

/** An attempt to send a record that failed; see {@link PassEvent}. */
@Name("io.kauditd.FailedSend")
@Label("Failed Send")
@Category("kauditd")
@Description("The transport did not take a record")
@StackTrace(false)
@Registered(false) // FlightEvents does
@Throttle(PassEvent.MOST)
final class FailedSendEvent extends Event {
  @Label("Peer")
  @Description("The port id of the daemon that it was meant for")
  long peer;

  @Label("Queue")
  @Description("The queue that was being sent: main, retry or hold")
  @Nullable String queue;

  @Label("Error")
  @Description("The kernel's name for it, such as EAGAIN")
  @Nullable String error;

  @Label("Reason")
  @Description("What the transport says about it")
  @Nullable String reason;

  /** A call of the transport ended with an error. */
  static void happened(Connection to, QueueRole role, SendResult result) {
    var event = new FailedSendEvent();
    if (PassEvent.isWanted(event)) {
      event.peer = to.peer();
      event.queue = role.name().toLowerCase(Locale.ROOT);
      event.error = String.valueOf(result.error());
      event.reason = result.reason();
      event.commit();
    }
  }
}
