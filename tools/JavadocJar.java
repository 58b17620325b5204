// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Makes the Javadoc jar of a module with the tools of the JDK that runs this. The Javadoc plug-in
 * of Maven reads module descriptors inside Maven's own JVM, and a JDK 17 cannot read those of 25.
 *
 * <p>Usage: JavadocJar.java BASEDIR JAR TIMESTAMP MODULE_PATH
 */
final class JavadocJar {
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.US); // the pages are the same wherever they are made
    Path sources = Path.of(args[0], "src", "main", "java");
    Path jar = Path.of(args[1]);
    Path pages = jar.resolveSibling("apidocs");
    delete(pages);
    String module =
        Files.readString(sources.resolve("module-info.java"))
            .replaceAll("(?s).*?\nmodule ([\\w.]+) \\{.*", "$1");
    run(
        "javadoc",
        List.of(
            "-quiet",
            "-notimestamp",
            "-Xdoclint:all,-missing",
            "-Werror",
            "-d",
            pages.toString(),
            "--module-path",
            args[3],
            "--module-source-path=" + module + "=" + sources,
            "--module",
            module));
    Path ofTheJar = Files.createDirectories(pages.resolve("META-INF"));
    for (String file : List.of("LICENSE", "NOTICE")) {
      Files.copy(Path.of(args[0], "..", file), ofTheJar.resolve(file));
    }
    var command =
        new ArrayList<>(
            List.of(
                "--create", "--file", jar.toString(), "--date", args[2], "-C", pages.toString()));
    command.add(".");
    run("jar", command);
  }

  private static void run(String tool, List<String> arguments) {
    int exit =
        ToolProvider.findFirst(tool)
            .orElseThrow()
            .run(System.out, System.err, arguments.toArray(String[]::new));
    if (exit != 0) {
      System.exit(exit);
    }
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
