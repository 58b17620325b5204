// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.UserError;
import io.kauditd.core.PluginException;
import io.kauditd.core.Plugins;
import io.kauditd.spi.ErrorPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The policies that a command compares. */
public final class PolicyChoices {
  private PolicyChoices() {}

  /** For the shell's completion. */
  public static final class Candidates extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Candidates() {
      super(RunKey.POLICY.candidates());
    }
  }

  /**
   * Makes each policy once: a policy serves one engine.
   *
   * @param where who named them, for messages
   * @throws UserError if one cannot be made
   */
  public static Map<String, ErrorPolicy> make(Plugins plugins, List<String> ids, String where) {
    var made = new LinkedHashMap<String, ErrorPolicy>();
    for (String id : ids) {
      try {
        made.put(id, plugins.newPolicy(id, Map.of()));
      } catch (PluginException e) {
        throw new UserError(ExitCode.USAGE, where + ": " + e.getMessage(), e);
      }
    }
    return made;
  }
}
