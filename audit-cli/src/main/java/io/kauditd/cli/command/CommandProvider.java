// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.util.List;
import picocli.CommandLine;

/**
 * Adds commands from a module that the tool can do without. {@link java.util.ServiceLoader} finds
 * it.
 */
public interface CommandProvider {
  /** New commands, in the order in which the help lists them. */
  List<CommandLine> commands(Screen screen);
}
