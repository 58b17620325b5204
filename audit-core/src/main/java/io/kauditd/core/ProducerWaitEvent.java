// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.Throttle;

/** A producer that waited for room in the main queue; see {@link PassEvent}. */
@Name("io.kauditd.ProducerWait")
@Label("Producer Wait")
@Category("kauditd")
@Description("A thread that logs waited for room in the main queue")
@Registered(false) // FlightEvents does
@Throttle(PassEvent.MOST)
final class ProducerWaitEvent extends Event {
  @Label("Accepted")
  @Description("Whether there was room before the backlog wait time was over")
  boolean accepted;

  @RecordCount
  @Label("Backlog")
  @Description("What is in the main queue after the wait")
  int backlog;

  /** The wait is over, whatever came of it. */
  void end(boolean accepted, int backlog) {
    end();
    if (shouldCommit()) {
      this.accepted = accepted;
      this.backlog = backlog;
      commit();
    }
  }
}
