// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.plugin;

import io.kauditd.cli.command.StandardStreams;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import org.jspecify.annotations.Nullable;

/**
 * A plug-in as a user chooses it: {@code file:out.log} is the id {@code file} with the argument
 * {@code out.log}.
 *
 * @param id the id
 * @param argument the text after the first colon, null if there is none
 * @param where what it was picked with, {@code --transport}
 */
public record PluginChoice(String id, @Nullable String argument, String where) {
  public static PluginChoice parse(UserValue given) {
    String text = given.text().strip();
    int colon = text.indexOf(':');
    String id = colon < 0 ? text : text.substring(0, colon);
    if (id.isEmpty()) {
      throw given.notValid("the id of a plug-in, or ID:ARGUMENT; 'audit plugins' lists the ids");
    }
    return new PluginChoice(id, colon < 0 ? null : text.substring(colon + 1), given.where());
  }

  /**
   * Refuses a choice that leads to a closed standard stream.
   *
   * @throws UserError if it does
   */
  public void checkStandardStream() {
    StandardStreams.check(where, id.equals("stdin") ? "/dev/stdin" : argument);
  }

  /** As it was written. */
  @Override
  public String toString() {
    return argument == null ? id : id + ":" + argument;
  }
}
