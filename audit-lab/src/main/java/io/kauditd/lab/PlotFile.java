// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.ResultFile;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The file that {@code --plot} names; its extension decides between SVG and PNG. Nothing of
 * java.desktop is loaded before {@link #check}.
 */
final class PlotFile {
  static final String OPTION = "--plot";

  private final ResultFile file;
  private final boolean svg;

  private PlotFile(ResultFile file, boolean svg) {
    this.file = file;
    this.svg = svg;
  }

  /**
   * Names the file.
   *
   * @throws UserError if it ends in neither .svg nor .png
   */
  static PlotFile of(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".svg") && !name.endsWith(".png")) {
      throw new UserValue(path.toString(), OPTION).notValid("a file that ends in .svg or .png");
    }
    return new PlotFile(new ResultFile(OPTION, path), name.endsWith(".svg"));
  }

  /**
   * Makes sure at the start that the plot can be drawn and written at the end.
   *
   * @throws UserError if not
   */
  void check() {
    if (ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT,
          OPTION
              + ": the Java that runs this cannot draw, since it has no java.desktop; set"
              + " AUDIT_JAVA to a whole JDK 25, or leave "
              + OPTION
              + " out");
    }
    file.check();
    System.setProperty("java.awt.headless", "true");
    try {
      PlotWriter.requireFonts();
    } catch (RuntimeException | LinkageError | InternalError e) { // what the JDK happens to throw
      throw new UserError(
          ExitCode.INPUT_OUTPUT,
          OPTION
              + ": Java cannot draw text here ("
              + String.valueOf(e).lines().findFirst().orElse("")
              + "); install fontconfig and a font, for example with 'apt-get install fontconfig"
              + " fonts-dejavu-core', or leave "
              + OPTION
              + " out",
          e);
    }
  }

  /**
   * Draws the plot and writes it.
   *
   * @throws UserError if it cannot be written
   */
  void write(QueuePlot plot) {
    var writer = new PlotWriter(plot);
    try {
      file.write(svg ? writer.svg() : writer.png());
    } catch (IOException e) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT, OPTION + ": the plot cannot be drawn: " + e.getMessage(), e);
    }
  }
}
