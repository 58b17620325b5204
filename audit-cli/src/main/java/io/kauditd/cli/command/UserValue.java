// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

/**
 * A value that a user has given, and where: a message about it names both.
 *
 * @param text the value as it was written
 * @param where the option, {@code --backlog-limit}, or the file and key, {@code audit.conf line 3:
 *     backlog-limit}
 */
public record UserValue(String text, String where) {
  /** An error: the value is not valid. */
  public UserError notValid(String takes) {
    return UserError.usage(where + ": '" + text + "' is not valid; it takes " + takes);
  }
}
