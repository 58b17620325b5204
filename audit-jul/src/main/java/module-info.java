// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** A handler of java.util.logging that sends records through the audit queues. */
@NullMarked
module io.kauditd.jul {
  requires static org.jspecify;
  requires transitive io.kauditd.core;
  requires transitive java.logging;
  requires org.slf4j;

  exports io.kauditd.jul;
}
