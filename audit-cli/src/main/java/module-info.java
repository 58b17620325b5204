// SPDX-License-Identifier: Apache-2.0
/** The audit command. */
@org.jspecify.annotations.NullMarked
module io.kauditd.cli {
  requires static transitive org.jspecify;
  requires io.kauditd.core;
  requires io.kauditd.metrics;
  requires io.kauditd.simulation;
  requires io.kauditd.transport.file;
  requires io.kauditd.transport.netlink;
  requires com.google.guice;
  requires info.picocli;
  requires jakarta.inject;
  requires org.slf4j;

  opens io.kauditd.cli to
      com.google.guice,
      info.picocli;
}
