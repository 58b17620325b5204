// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** A Log4j2 appender that sends events through the audit queues. */
@NullMarked
@SuppressWarnings("module") // the 2 is how everybody calls it
module io.kauditd.log4j2 {
  requires static org.jspecify;
  requires transitive io.kauditd.core;
  requires transitive org.apache.logging.log4j.core;

  exports io.kauditd.log4j2;

  opens io.kauditd.log4j2 to // sets the fields of the builder
      org.apache.logging.log4j.core;
}
