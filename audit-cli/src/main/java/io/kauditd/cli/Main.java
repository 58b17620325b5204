// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code audit} command's entry point. */
@Command(name = "audit", mixinStandardHelpOptions = true, version = "audit 0.1.0-SNAPSHOT")
public final class Main implements Runnable {
  private Main() {}

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
