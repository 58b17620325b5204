// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that ask running instances. */
public final class RuntimeDirectory {
  @Option(
      names = "--runtime-dir",
      paramLabel = "DIR",
      description =
          "The directory of the sockets of running instances. Default: kauditd in"
              + " $$XDG_RUNTIME_DIR, or else kauditd-USER in the temporary directory.")
  private @Nullable Path runtime;

  /** Where running instances can be asked: where the user said, or else at the usual place. */
  public ControlDirectory control() {
    return runtime == null
        ? new ControlDirectory(ControlDirectory.usual(), false, null)
        : new ControlDirectory(runtime, true, null);
  }
}
