// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.cli.command.Screen;
import io.kauditd.fixtures.CommandResult;

/** Runs the command in this process, by its entry point, and catches what it says. */
public final class Tool {
  private Tool() {}

  public static CommandResult run(String... arguments) {
    return run(false, arguments);
  }

  public static CommandResult run(boolean progress, String... arguments) {
    return CommandResult.of(
        (out, err) -> Main.run(new Screen(out, err, progress, false), arguments));
  }
}
