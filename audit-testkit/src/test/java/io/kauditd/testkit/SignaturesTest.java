// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What applications and plug-ins can see of the published modules is what {@code signatures.txt} in
 * each of them says, so that nobody changes it unawares; see docs/reference/versioning.md.
 */
class SignaturesTest {
  @ParameterizedTest
  @ValueSource(strings = {"audit-api", "audit-core", "audit-testkit"})
  void areAsTheyWereAgreed(String module) throws Exception {
    Path agreed = Path.of("..", module, "signatures.txt");
    List<String> before = Files.exists(agreed) ? Files.readAllLines(agreed) : List.of();
    List<String> now = Signatures.of(classesOf(module));
    Path found = Path.of("target", "signatures", module + ".txt");
    Files.createDirectories(found.getParent());
    Files.write(found, now);

    assertThat(difference(before, now))
        .as(
            "what others see of %s has changed. If that is intended: say it in CHANGELOG.md, see"
                + " docs/reference/versioning.md whether a version has to be raised, and accept it"
                + " with%n  cp audit-testkit/%s %s/signatures.txt%n",
            module, found, module)
        .isEmpty();
  }

  private static Path classesOf(String module) {
    return Path.of("..", module, "target", "classes");
  }

  private static List<String> difference(List<String> before, List<String> now) {
    var lines = new ArrayList<String>();
    before.stream().filter(line -> !now.contains(line)).forEach(line -> lines.add("- " + line));
    now.stream().filter(line -> !before.contains(line)).forEach(line -> lines.add("+ " + line));
    return lines;
  }

  /** The components of a record cannot be added to without breaking who calls its constructor. */
  @ParameterizedTest
  @ValueSource(strings = {"audit-api", "audit-core", "audit-testkit"})
  void noneIsARecordThatCouldNotGrow(String module) throws Exception {
    assertThat(Signatures.of(classesOf(module)))
        .as("public records of %s; make it a class with factories and with… methods", module)
        .noneMatch(line -> line.contains(" record ("));
  }

  /** What a line says, by example. */
  @Test
  void tellWhatACallerDependsOn() throws Exception {
    assertThat(Signatures.of(classesOf("audit-api")))
        .contains(
            "io.kauditd.spi.SpiVersion final class",
            "io.kauditd.spi.SpiVersion.CURRENT: static final int = 1",
            "io.kauditd.spi.AuditQueue.add(io.kauditd.api.AuditRecord, int) throws"
                + " java.io.IOException abstract: boolean",
            "io.kauditd.spi.PluginConfig.find<T extends Object>(io.kauditd.spi.PluginOption<T>):"
                + " @Nullable T");
  }
}
