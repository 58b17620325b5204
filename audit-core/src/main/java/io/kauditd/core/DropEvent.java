// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.LostReason;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.Throttle;
import org.jspecify.annotations.Nullable;

/**
 * Records that will never be delivered; see {@link PassEvent}. Its stack trace tells which part of
 * a program logs what the gate refuses.
 */
@Name("io.kauditd.Drop")
@Label("Drop")
@Category("kauditd")
@Description("Records were dropped")
@Registered(false) // FlightEvents does
@Throttle(PassEvent.MOST)
final class DropEvent extends Event {
  @Label("Reason")
  @Description("Why, under the names of the metric kauditd_dropped_records_total")
  @Nullable String reason;

  @RecordCount
  @Label("Dropped")
  @Description("How many were dropped at once")
  long dropped;

  @Label("Lost")
  @Description("Whether they count as lost; what is not held because audit_default is off does not")
  boolean lost;

  /** Records were dropped, and counted. */
  static void happened(LostReason reason, long count) {
    var event = new DropEvent();
    if (PassEvent.isWanted(event)) {
      event.reason = reason.name().toLowerCase(Locale.ROOT);
      event.dropped = count;
      event.lost = reason.countsAsLost();
      event.commit();
    }
  }
}
