// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.Version;
import io.kauditd.cli.plugin.Directories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Stands for a command of the laboratory that is not installed, and says which archive has it. */
@Command(hidden = true)
final class MissingCommand implements Callable<Integer> {
  /** The commands of the laboratory. */
  static final List<String> NAMES = List.of("replay", "simulate", "outage");

  /** Takes all options, since picocli would complain about them. */
  @SuppressWarnings("UnusedVariable")
  @Unmatched
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    String archive = "kauditd-lab-" + Version.text() + ".tar.gz";
    String home = System.getProperty(Directories.HOME_PROPERTY);
    if (home == null) {
      throw new UserError(
          ExitCode.USAGE, "this command is not here; add the artifact io.kauditd:audit-lab");
    }
    Path lab = Path.of(home, "lib", "lab");
    throw new UserError(
        ExitCode.USAGE,
        Files.exists(lab)
            ? lab + " is of another build than this tool; replace it with that of " + archive
            : "this command comes in the archive " + archive + "; unpack it into " + home);
  }
}
