// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The packages of the tool stand on each other, and none knows those above it. */
class PackagesTest {
  private static final String ROOT = "io.kauditd.cli";

  private static final JavaClasses TOOL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  /** Each package, and those that it may know. A package knows none that stands after it. */
  static final List<Floor> FLOORS =
      List.of(
          new Floor("command"),
          new Floor("live", "command"),
          new Floor("plugin", "command", "live"),
          new Floor("status", "command", "live", "plugin"),
          new Floor("kernel", "command"),
          new Floor("tail", "command"),
          new Floor("top", "command", "live", "plugin", "status"),
          new Floor("config", "command", "live", "plugin"),
          new Floor("run", "command", "live", "plugin", "status", "config"));

  record Floor(String name, List<String> knows) {
    Floor(String name, String... knows) {
      this(name, List.of(knows));
    }

    String packageName() {
      return ROOT + "." + name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @FieldSource("FLOORS")
  void noImportRunsBackUp(Floor floor) {
    check(floor, TOOL);
  }

  private static void check(Floor floor, JavaClasses classes) {
    List<String> knows = floor.knows.stream().map(name -> ROOT + "." + name).toList();
    noClasses()
        .that()
        .resideInAPackage(floor.packageName())
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage(ROOT + "..")
                .and(
                    JavaClass.Predicates.resideOutsideOfPackages(knows.toArray(String[]::new))
                        .and(JavaClass.Predicates.resideOutsideOfPackage(floor.packageName()))))
        .check(classes);
  }

  @Test
  void aFloorKnowsOnlyThoseBelow() {
    for (int i = 0; i < FLOORS.size(); i++) {
      assertThat(FLOORS.subList(0, i)).extracting(Floor::name).containsAll(FLOORS.get(i).knows);
    }
  }

  /** A package that has no floor would be free of the rules. */
  @Test
  void everyPackageHasItsFloor() {
    List<String> floors = FLOORS.stream().map(Floor::packageName).toList();
    assertThat(TOOL.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .contains(ROOT)
        .allMatch(name -> name.equals(ROOT) || floors.contains(name));
  }

  @Test
  void anImportThatRunsBackUpIsFound() {
    assertThatThrownBy(() -> check(new Floor("status"), TOOL))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("io.kauditd.cli.command");
  }

  @Test
  void onlyARunIsWired() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".run")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.inject..", "jakarta.inject..")
        .check(TOOL);
  }
}
