// SPDX-License-Identifier: Apache-2.0
package io.kauditd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever has a jar or an archive has its licence, and knows whose libraries are in it. */
class NoticeIT {
  private static final Path NOTICE = OutsideProject.ROOT.resolve("NOTICE");
  private static final Path LIB = OutsideProject.ROOT.resolve("audit-dist/target/dist/lib");

  /** A library's line. */
  private static final Pattern NAMED = Pattern.compile("(?m)^ {2}([\\w.-]+) +\\S");

  private static final Pattern JAR = Pattern.compile("(.+?)-\\d[\\w.-]*\\.jar");

  @Test
  void eachLibraryThatTheArchivesShipIsNamedAndNoOther() throws Exception {
    var shipped = new TreeSet<String>();
    for (Path folder : List.of(LIB, LIB.resolve("lab"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .map(file -> JAR.matcher(file.getFileName().toString()))
            .filter(jar -> jar.matches() && !jar.group(1).startsWith("audit-"))
            .forEach(jar -> shipped.add(jar.group(1)));
      }
    }
    TreeSet<String> named =
        NAMED
            .matcher(Files.readString(NOTICE))
            .results()
            .map(line -> line.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).isEqualTo(shipped);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LICENSE", "NOTICE"})
  void theArchivesCarryIt(String file) throws Exception {
    String text = Files.readString(OutsideProject.ROOT.resolve(file));
    assertThat(LIB.resolveSibling(file)).hasContent(text);
    assertThat(LIB.resolve("lab").resolve(file)).hasContent(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LICENSE", "NOTICE"})
  void eachJarThatIsPublishedCarriesIt(String file) throws Exception {
    String text = Files.readString(OutsideProject.ROOT.resolve(file));
    for (Path module : OutsideProject.publishedModules()) {
      if (Files.exists(module.resolve("src/main/java"))) {
        String name = module.getFileName() + "-" + OutsideProject.VERSION + ".jar";
        assertThat(entry(module.resolve("target").resolve(name), "META-INF/" + file))
            .as(name)
            .isEqualTo(text);
      }
    }
  }

  private static String entry(Path jar, String name) throws Exception {
    try (var file = new ZipFile(jar.toFile())) {
      ZipEntry entry = file.getEntry(name);
      assertThat(entry).as(jar + "!" + name).isNotNull();
      return new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
