// SPDX-License-Identifier: Apache-2.0
/** The audit command. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // the laboratory is compiled after this, and may not be there at all
module io.kauditd.cli {
  requires static org.jspecify;
  requires io.kauditd.core;
  requires io.kauditd.files;
  requires io.kauditd.metrics;
  requires io.kauditd.queue.spool;
  requires io.kauditd.sources;
  requires io.kauditd.transport.auditd;
  requires io.kauditd.transport.file;
  requires io.kauditd.transport.netlink;
  requires io.kauditd.transport.syslog;
  requires com.github.luben.zstd_jni; // for --set compress=zstd
  requires com.google.common; // Guice needs it and, as an automatic module, cannot say so
  requires com.google.guice;
  requires tools.jackson.core;
  requires typesafe.config;
  requires info.picocli;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires jakarta.inject;
  requires java.management;
  requires org.jline.terminal;
  requires org.jline.terminal.ffm; // how JLine asks the system without a library of its own
  requires org.slf4j;

  exports io.kauditd.cli.command to
      io.kauditd.lab;
  exports io.kauditd.cli.config to
      io.kauditd.lab;
  exports io.kauditd.cli.plugin to
      io.kauditd.lab;
  exports io.kauditd.cli.status to
      io.kauditd.lab;

  opens io.kauditd.cli to
      info.picocli;
  opens io.kauditd.cli.config to
      info.picocli;
  opens io.kauditd.cli.kernel to
      info.picocli;
  opens io.kauditd.cli.live to
      info.picocli;
  opens io.kauditd.cli.plugin to
      info.picocli;
  opens io.kauditd.cli.run to
      com.google.guice,
      info.picocli;
  opens io.kauditd.cli.status to
      info.picocli;
  opens io.kauditd.cli.tail to
      info.picocli;
  opens io.kauditd.cli.top to
      info.picocli;

  uses io.kauditd.cli.command.CommandProvider;

  provides org.slf4j.spi.SLF4JServiceProvider with
      io.kauditd.cli.command.ToolLogProvider;
}
