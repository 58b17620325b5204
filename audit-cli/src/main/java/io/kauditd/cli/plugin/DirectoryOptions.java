// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.plugin;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that deals with plug-ins or running instances. */
public final class DirectoryOptions {
  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description =
          "A directory of plug-ins: each jar in it is a plug-in, and so is each sub-directory"
              + " of jars. Can be repeated. Default: plugins/ beside the program.")
  private @Nullable List<Path> plugins;

  @Option(
      names = "--runtime-dir",
      paramLabel = "DIR",
      description =
          "The directory of the sockets of running instances. Default: kauditd in"
              + " $$XDG_RUNTIME_DIR, or else kauditd-USER in the temporary directory.")
  private @Nullable Path runtime;

  public Directories directories() {
    return Directories.of(plugins, runtime);
  }
}
