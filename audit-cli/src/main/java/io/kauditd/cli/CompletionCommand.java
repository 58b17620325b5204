// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Screen;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code audit completion}: a script for the shell. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {"Prints a script that completes this command's options in a shell.", ""},
    footer = {
      "",
      "Examples:",
      "  source <(audit completion bash)",
      "  audit completion zsh > ~/.audit.zsh && source ~/.audit.zsh"
    })
final class CompletionCommand implements Callable<Integer> {
  /** The shells there is a script for; it is one script, which finds out where it runs. */
  enum Shell {
    bash,
    zsh
  }

  private final Screen screen;
  private final CommandLine audit;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private Shell shell = Shell.bash;

  CompletionCommand(Screen screen, CommandLine audit) {
    this.screen = screen;
    this.audit = audit;
  }

  @Override
  public Integer call() {
    screen.out().println("# completion of 'audit' for " + shell);
    screen.out().print(AutoComplete.bash("audit", audit));
    screen.out().flush();
    return ExitCode.OK;
  }
}
