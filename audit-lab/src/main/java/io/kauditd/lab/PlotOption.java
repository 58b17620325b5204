// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.cli.command.UserError;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of every command that can draw a plot. */
final class PlotOption {
  @Option(
      names = PlotFile.OPTION,
      paramLabel = "FILE",
      description =
          "Also draw depths and losses over time to this file, one panel per policy: .svg or"
              + " .png.")
  private @Nullable Path path;

  /**
   * The file, which can be written; null if none was named.
   *
   * @throws UserError if it cannot
   */
  @Nullable PlotFile file() {
    if (path == null) {
      return null;
    }
    PlotFile file = PlotFile.of(path);
    file.check();
    return file;
  }
}
