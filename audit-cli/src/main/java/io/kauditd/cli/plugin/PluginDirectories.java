// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.plugin;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that load plug-ins. */
public final class PluginDirectories {
  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description =
          "A directory of plug-ins: each jar in it is a plug-in, and so is each sub-directory"
              + " of jars. Can be repeated. Default: plugins/ beside the program.")
  private @Nullable List<Path> plugins;

  /** The directories that the user named, or else the usual ones. */
  public Directories directories() {
    return Directories.of(plugins, null);
  }
}
