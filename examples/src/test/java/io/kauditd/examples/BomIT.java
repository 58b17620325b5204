// SPDX-License-Identifier: Apache-2.0
package io.kauditd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The BOM names every module that others can depend on, in the version of this build. */
class BomIT {
  private static final Path BOM = OutsideProject.ROOT.resolve("audit-bom");

  @Test
  void namesEveryPublishedModule() throws Exception {
    String pom = Files.readString(BOM.resolve("pom.xml"));
    String managed = pom.substring(pom.indexOf("<dependencyManagement>"), pom.indexOf("<build>"));
    List<String> named =
        Pattern.compile("<artifactId>([^<]+)</artifactId>")
            .matcher(managed)
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    assertThat(named)
        .containsExactlyElementsOf(
            OutsideProject.publishedModules().stream()
                .filter(module -> !module.equals(BOM))
                .map(module -> module.getFileName().toString())
                .toList());
    assertThat(pom)
        .contains("<version>" + OutsideProject.VERSION + "</version>")
        .doesNotContain("<parent>");
  }
}
