// SPDX-License-Identifier: Apache-2.0
package io.kauditd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The Javadoc of all published modules builds without a warning. The Javadoc plug-in needs a Maven
 * that runs on JDK 25 (profile {@code docs}); this needs none, and so runs in every build.
 */
class JavadocIT {
  @Test
  void isMadeWithoutAWarning() throws Exception {
    Path lib = OutsideProject.ROOT.resolve("audit-dist/target/dist/lib");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "javadoc").toString());
    command.addAll(List.of("-quiet", "-Xdoclint:all,-missing", "-Werror"));
    command.addAll(List.of("-d", OutsideProject.emptyDirectory("javadoc").toString()));
    command.add("--module-path");
    command.add(
        lib
            + File.pathSeparator
            + lib.resolve("lab")
            + File.pathSeparator
            + withoutSpring(System.getProperty("java.class.path")));
    var modules = new ArrayList<String>();
    for (Path module : OutsideProject.publishedModules()) {
      if (module.endsWith("audit-transport-kafka")
          || module.endsWith("audit-spring-boot-starter")) {
        continue; // what they are compiled with is not where these modules are looked for
      }
      Path sources = module.resolve("src/main/java");
      if (Files.exists(sources.resolve("module-info.java"))) {
        String name = nameOf(sources.resolve("module-info.java"));
        modules.add(name);
        command.add("--module-source-path=" + name + "=" + sources);
      }
    }
    assertThat(modules).hasSizeGreaterThanOrEqualTo(8).doesNotContain("io.kauditd.cli");
    command.addAll(List.of("--module", String.join(",", modules)));

    Command.Outcome outcome = Command.in(OutsideProject.ROOT).run(command);

    assertThat(outcome.exit()).as(outcome.all()).isZero();
    assertThat(outcome.all()).isEmpty();
  }

  /** It holds packages that others here hold too, which no module path may have. */
  private static String withoutSpring(String path) {
    return Stream.of(path.split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("spring-"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String nameOf(Path descriptor) throws Exception {
    return Files.readString(descriptor).replaceAll("(?s).*?\\nmodule ([a-z0-9.]+) \\{.*", "$1");
  }
}
