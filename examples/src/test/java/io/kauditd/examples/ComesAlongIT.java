// SPDX-License-Identifier: Apache-2.0
package io.kauditd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What an application gets on its class path with each module that it may depend on, as the build
 * resolved it: every library that is not in this table is one too many.
 */
class ComesAlongIT {
  private static final Pattern ARTIFACT = Pattern.compile("^ {3}([\\w.-]+):([\\w.-]+):jar:");

  private static final List<String> ENGINE = List.of("audit-api", "audit-core", "slf4j-api");

  /** What Spring Boot's own starter for the actuator brings; its own jars are one line. */
  private static final String[] SPRING = {
    "HdrHistogram",
    "audit-files",
    "audit-metrics",
    "audit-transport-file",
    "commons-logging",
    "jakarta.annotation-api",
    "jul-to-slf4j",
    "log4j-api",
    "log4j-to-slf4j",
    "logback-classic",
    "logback-core",
    "micrometer-commons",
    "micrometer-core",
    "micrometer-jakarta9",
    "micrometer-observation",
    "org.springframework",
    "snakeyaml"
  };

  private static final Map<String, List<String>> EXPECTED =
      Map.of(
          "audit-api", List.of(),
          "audit-core", List.of("audit-api", "slf4j-api"),
          "audit-queue-spool", List.of("audit-api", "slf4j-api"),
          "audit-transport-netlink", List.of("audit-api", "slf4j-api"),
          "audit-jul", ENGINE,
          "audit-log4j2", with(ENGINE, "log4j-api", "log4j-core"),
          "audit-logback", with(ENGINE, "logback-classic", "logback-core"),
          "audit-spring-boot-starter", with(ENGINE, SPRING));

  private static List<String> with(List<String> some, String... more) {
    return Stream.concat(some.stream(), Arrays.stream(more)).sorted().toList();
  }

  @TestFactory
  List<DynamicTest> nothingElseComesAlong() {
    return EXPECTED.keySet().stream()
        .sorted()
        .map(module -> DynamicTest.dynamicTest(module, () -> compare(module)))
        .toList();
  }

  private static void compare(String module) throws Exception {
    Path list = OutsideProject.ROOT.resolve(module).resolve("target/comes-along.txt");
    List<String> artifacts =
        Files.readAllLines(list).stream()
            .map(ARTIFACT::matcher)
            .filter(Matcher::find)
            .map(matcher ->
                matcher.group(1).startsWith("org.springframework")
                    ? "org.springframework"
                    : matcher.group(2))
            .distinct()
            .filter(artifact -> !artifact.equals("jspecify")) // annotations
            .sorted()
            .toList();
    assertThat(artifacts).isEqualTo(EXPECTED.get(module));
  }
}
