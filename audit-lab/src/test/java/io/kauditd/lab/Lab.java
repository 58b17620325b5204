// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.cli.Main;
import io.kauditd.cli.command.Screen;
import io.kauditd.fixtures.CommandResult;

/** Runs the command, with the laboratory, in this process. */
final class Lab {
  private Lab() {}

  static CommandResult run(String... arguments) {
    return CommandResult.of((out, err) -> Main.run(new Screen(out, err, false, false), arguments));
  }
}
