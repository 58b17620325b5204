// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** A Logback appender that sends events through the audit queues. */
@NullMarked
module io.kauditd.logback {
  requires static org.jspecify;
  requires io.kauditd.core;
  requires transitive ch.qos.logback.classic;
  requires transitive ch.qos.logback.core;
  requires org.slf4j;

  exports io.kauditd.logback;
}
