// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.cli.command.CommandProvider;
import io.kauditd.cli.command.Screen;
import java.util.List;
import picocli.CommandLine;

/** The commands of the laboratory. */
public final class LabCommands implements CommandProvider {
  @Override
  public List<CommandLine> commands(Screen screen) {
    return List.of(
        new CommandLine(new ReplayCommand(screen)),
        new CommandLine(new SimulateCommand(screen)),
        new CommandLine(new OutageCommand(screen)));
  }
}
