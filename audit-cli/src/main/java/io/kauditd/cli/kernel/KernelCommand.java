// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.kernel;

import io.kauditd.cli.command.Screen;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code audit kernel}: the live kernel's audit, what {@code auditctl -s} and its like show. */
@Command(
    name = "kernel",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {"Shows and changes the state of the live kernel's audit.", ""},
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Needs root or CAP_AUDIT_CONTROL on the host, because the kernel's audit answers"
          + " only in the first user and process namespaces."
    })
public final class KernelCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private KernelCommand() {}

  /** The command with its own commands. */
  public static CommandLine commandLine(Screen screen) {
    return new CommandLine(new KernelCommand())
        .addSubcommand(new KernelStatusCommand(screen))
        .addSubcommand(new KernelSetCommand(screen));
  }

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "say what to do: 'audit kernel status' or 'audit kernel set'");
  }
}
