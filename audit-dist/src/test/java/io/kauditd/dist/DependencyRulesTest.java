// SPDX-License-Identifier: Apache-2.0
package io.kauditd.dist;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.kauditd.api.AuditRecord;
import org.junit.jupiter.api.Test;

/** Who may know whom. This module sees all that is packed, so the rules are tested here. */
class DependencyRulesTest {
  private static final String[] PLAIN_JAVA = {"java..", "org.jspecify.annotations.."};

  private static final JavaClasses MODULES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.kauditd");

  private static ArchRule onlyKnows(String module, String... allowed) {
    String[] all = new String[PLAIN_JAVA.length + allowed.length + 1];
    System.arraycopy(PLAIN_JAVA, 0, all, 0, PLAIN_JAVA.length);
    System.arraycopy(allowed, 0, all, PLAIN_JAVA.length, allowed.length);
    all[all.length - 1] = module;
    return classes()
        .that()
        .resideInAPackage(module)
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(all));
  }

  @Test
  void everyModuleIsLookedAt() {
    assertThat(MODULES.stream().map(type -> type.getPackageName()))
        .contains(
            "io.kauditd.api",
            "io.kauditd.spi",
            "io.kauditd.core",
            "io.kauditd.cli",
            "io.kauditd.lab");
  }

  @Test
  void theApiKnowsNothingButJava() {
    onlyKnows("io.kauditd.api..", "io.kauditd.spi..").check(MODULES);
    onlyKnows("io.kauditd.spi..", "io.kauditd.api..").check(MODULES);
  }

  @Test
  void theEngineKnowsTheApiAndSlf4jAlone() {
    onlyKnows(
            "io.kauditd.core..",
            "io.kauditd.api..",
            "io.kauditd.spi..",
            "org.slf4j..",
            "jdk.jfr..") // of the JDK, as java is
        .check(MODULES);
  }

  @Test
  void transportsQueuesAndSourcesKnowTheApiAndNotTheEngine() {
    String[] api = {"io.kauditd.api..", "io.kauditd.spi..", "org.slf4j.."};
    onlyKnows("io.kauditd.queue.spool..", api).check(MODULES);
    onlyKnows(
            "io.kauditd.transport.file..",
            "io.kauditd.api..",
            "io.kauditd.spi..",
            "io.kauditd.files..",
            "org.slf4j..",
            "com.github.luben.zstd..")
        .check(MODULES);
    onlyKnows("io.kauditd.transport.netlink..", api).allowEmptyShould(true).check(MODULES);
    onlyKnows(
            "io.kauditd.wire..",
            "io.kauditd.api..",
            "io.kauditd.spi..",
            "javax.net..") // of the JDK, as java is
        .check(MODULES);
    onlyKnows(
            "io.kauditd.transport.auditd..",
            "io.kauditd.api..",
            "io.kauditd.spi..",
            "io.kauditd.wire..")
        .check(MODULES);
    onlyKnows(
            "io.kauditd.transport.syslog..",
            "io.kauditd.api..",
            "io.kauditd.spi..",
            "io.kauditd.wire..")
        .check(MODULES);
    onlyKnows(
            "io.kauditd.sources..",
            "io.kauditd.api..",
            "io.kauditd.spi..",
            "io.kauditd.files..",
            "org.slf4j..",
            "com.github.luben.zstd..",
            "jdk.net..") // who the peer of a Unix socket is
        .allowEmptyShould(true)
        .check(MODULES);
  }

  @Test
  void whatOpensFilesKnowsNothingButJava() {
    onlyKnows("io.kauditd.files..").check(MODULES);
  }

  @Test
  void theSimulationNeedsNoTestLibrary() {
    noClasses()
        .that()
        .resideInAPackage("io.kauditd.simulation..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.junit..", "org.assertj..", "org.mockito..")
        .check(MODULES);
  }

  @Test
  void onlyTheToolKnowsGuiceAndOnlyItsCommandsPicocli() {
    nobodyBut("io.kauditd.cli..").knows("com.google..", "jakarta.inject..");
    nobodyBut("io.kauditd.cli..", "io.kauditd.lab..").knows("picocli..");
  }

  @Test
  void onlyTheLaboratoryKnowsTheTool() {
    nobodyBut("io.kauditd.cli..", "io.kauditd.lab..").knows("io.kauditd.cli..");
  }

  /** So that a server that only delivers needs none of it. */
  @Test
  void onlyTheLaboratoryDrawsAndSimulates() {
    nobodyBut("io.kauditd.lab..")
        .knows(
            "io.kauditd.lab..",
            "java.awt..",
            "javax.imageio..",
            "org.apache.batik..",
            "org.HdrHistogram..",
            "org.knowm..");
    nobodyBut("io.kauditd.lab..", "io.kauditd.simulation..").knows("io.kauditd.simulation..");
  }

  private static Knowing nobodyBut(String... packages) {
    return known ->
        noClasses()
            .that()
            .resideOutsideOfPackages(packages)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(known)
            .check(MODULES);
  }

  private interface Knowing {
    void knows(String... packages);
  }

  /** The rules bite: this class is outside the API and uses Guice. */
  @Test
  void aBrokenRuleIsFound() {
    JavaClasses broken = new ClassFileImporter().importClasses(UsesGuice.class, AuditRecord.class);

    assertThatThrownBy(() -> onlyKnows("io.kauditd.dist..", "io.kauditd.api..").check(broken))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("com.google.inject.Guice");
  }

  @SuppressWarnings("unused")
  private static final class UsesGuice {
    static Object injector() {
      return Guice.createInjector();
    }
  }
}
