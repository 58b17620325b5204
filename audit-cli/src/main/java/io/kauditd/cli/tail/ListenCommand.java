// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.tail;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Problems;
import io.kauditd.cli.command.ResultFile;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.ScreenStream;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.transport.netlink.NetlinkTransportProvider;
import io.kauditd.transport.netlink.PeerDaemon;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code audit listen}: the daemon of an engine that sends to its peers. */
@Command(
    name = "listen",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Acts as the daemon of 'audit run --transport netlink:peer', as auditd does for the"
          + " kernel: waits for the engine, registers with it, registers again after a restart"
          + " of the engine, and prints the records that it receives. You can stop, kill and"
          + " restart it while the engine runs.",
      ""
    },
    footer = {
      "",
      "It has no queues and does not know what was written. For that, use 'audit run"
          + " --source netlink'.",
      "",
      "Exit codes: 0 ended; 1 records were missed; 2 the command line is wrong; 3 the"
          + " engine refused, or the output cannot be written; 129, 130, 143 stopped by a signal.",
      "",
      "Examples:",
      "  audit listen --output received.log",
      "  audit listen --port 4242 --copies"
    })
public final class ListenCommand implements Callable<Integer> {
  private final Screen screen;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The engine's netlink port. Default: the default port of an engine.")
  private @Nullable String port;

  @Option(
      names = "--copies",
      description =
          "Receive copies in addition to the daemon, without registering. Needs root or"
              + " CAP_NET_ADMIN.")
  private boolean copies;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Append to this file instead of printing. A new file is readable only by its owner.")
  private @Nullable Path output;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "RECORDS",
      description = "End after this many records.")
  private long count;

  public ListenCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    if (count < 0) {
      throw new UserValue(Long.toString(count), "--count").notValid("a number above 0");
    }
    PeerDaemon daemon =
        PeerDaemon.builder()
            .enginePort(port())
            .mode(copies ? PeerDaemon.Mode.LISTENER : PeerDaemon.Mode.DAEMON)
            .build();
    try (OutputStream target = open()) {
      var sink =
          new LineSink(
              new LineOutput(target),
              new LogLineFormat(),
              record -> true,
              count,
              new Problems("problem:"));
      return new Receiving(screen, "audit listen", daemon, sink).run();
    } catch (IOException e) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT, "--output: cannot close " + output + ": " + e.getMessage(), e);
    }
  }

  private long port() {
    if (port == null) {
      return NetlinkTransportProvider.DEFAULT_PORT;
    }
    try {
      long number = Long.parseLong(port.strip());
      if (number >= 1 && number <= 0xFFFF_FFFFL) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new UserValue(port, "--port").notValid("a number between 1 and 4294967295");
  }

  private OutputStream open() {
    if (output == null) {
      return new ScreenStream(screen.data());
    }
    return new ResultFile("--output", output).append();
  }
}
