// SPDX-License-Identifier: Apache-2.0
/** The laboratory: commands of the tool for experiments, which no delivery needs. */
@org.jspecify.annotations.NullMarked
module io.kauditd.lab {
  requires static org.jspecify;
  requires io.kauditd.cli;
  requires io.kauditd.core;
  requires io.kauditd.simulation;
  requires io.kauditd.transport.netlink;
  requires HdrHistogram;
  requires info.picocli;
  requires static java.desktop; // for plots; all else works on a runtime without it
  requires java.management;
  requires org.apache.xmlgraphics.batik.svggen;
  requires xchart;

  opens io.kauditd.lab to
      info.picocli;

  provides io.kauditd.cli.command.CommandProvider with
      io.kauditd.lab.LabCommands;
}
