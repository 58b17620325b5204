// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that ask running instances. */
public final class RuntimeDirectory {
  @Option(
      names = "--runtime-dir",
      paramLabel = "DIR",
      description =
          "The directory of the sockets of running instances. Default: kauditd in"
              + " $$XDG_RUNTIME_DIR, or else kauditd-USER in the temporary directory; and"
              + " /run/kauditd, where the package's services are.")
  private @Nullable Path runtime;

  /** Where running instances can be asked: where the user said, or else at the usual places. */
  public List<ControlDirectory> places() {
    return runtime == null
        ? ControlDirectory.usualPlaces()
        : List.of(new ControlDirectory(runtime, true, null));
  }
}
