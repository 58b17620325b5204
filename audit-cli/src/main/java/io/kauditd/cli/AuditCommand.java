// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.cli.command.ToolLogger;
import io.kauditd.cli.command.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code audit} itself, which only holds the subcommands. */
@Command(
    name = "audit",
    versionProvider = AuditCommand.Versions.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Delivers audit records through the Linux kernel's own queues: a backlog, a retry"
          + " queue for a daemon that stalls, a hold queue for a daemon that is gone, and a"
          + " count of every lost record.",
      ""
    },
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  audit run --source file:in.log --transport file:out.log --policy ordered",
      "  tail -F app.log | audit run --source stdin --transport file:out.log",
      "  audit run --source generate:100000 --transport null",
      "  audit status",
      "",
      "Exit codes of every command: 0 done; 1 done, and not all is good; 2 the command line or the"
          + " configuration is wrong; 3 something could not be read, written or reached; 69 there"
          + " is no JDK 25; 70 a fault of the program; 128 and the number of the signal that"
          + " stopped it.",
      "",
      "'audit COMMAND --help' explains a command; 'audit plugins' lists the available"
          + " plug-ins."
    })
final class AuditCommand {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print more, including the stack traces of errors.")
  void setDebug(boolean on) {
    ToolLogger.setDebug(on);
  }

  /** Tells the version only when it is asked for. */
  static final class Versions implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"audit " + Version.text()};
    }
  }
}
