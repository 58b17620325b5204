// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes the sizes and names of the jars in a folder into its file {@code jars}, one a line. The
 * launcher compares them, because Java says in words for programmers that a jar is missing or cut.
 *
 * <p>Usage: ListJars.java FOLDER...
 */
final class ListJars {
  public static void main(String[] args) throws IOException {
    for (String folder : args) {
      list(Path.of(folder));
    }
  }

  private static void list(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path jar : files.sorted().toList()) {
        if (jar.getFileName().toString().endsWith(".jar")) {
          lines.add(Files.size(jar) + " " + jar.getFileName());
        }
      }
    }
    Files.writeString(folder.resolve("jars"), String.join("\n", lines) + "\n");
  }
}
