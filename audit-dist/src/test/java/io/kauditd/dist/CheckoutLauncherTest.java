// SPDX-License-Identifier: Apache-2.0
package io.kauditd.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.dist.LauncherBench.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher of a checkout, which builds first. A stand-in for Maven lays out what the build
 * would leave; the launcher of the distribution and the build itself are tried elsewhere.
 */
class CheckoutLauncherTest {
  private static final Path LAUNCHER = Path.of("../audit").toAbsolutePath();

  /** Notes each build, and where it was; waits for the test if it is told to. */
  private static final String MAVEN =
      """
      #!/bin/bash
      pwd >>"$BENCH/builds"
      while [ -e "$BENCH/hold" ]; do sleep 0.01; done
      [ -e "$BENCH/fail" ] && { echo '[ERROR] no such class'; exit 1; }
      cd audit-dist/target && mkdir -p dist/bin whole || exit
      touch -r "$BENCH/builds" build-id
      echo 'echo ran; for arg; do echo "$arg"; done' >dist/bin/audit
      chmod +x dist/bin/audit
      cp build-id whole/
      """;

  @TempDir private Path temp;
  private LauncherBench bench;
  private Path maven;

  @BeforeEach
  void setUp() throws Exception {
    bench = new LauncherBench(temp);
    temp = temp.toRealPath();
    maven = bench.ownDirectory("maven");
    LauncherBench.program(maven.resolve("mvn"), MAVEN);
  }

  private Path checkout(String name) throws Exception {
    Path checkout = temp.resolve("places").resolve(name);
    LauncherBench.program(checkout.resolve("audit"), Files.readString(LAUNCHER));
    Files.createDirectories(checkout.resolve("audit-cli/src/main"));
    Files.createDirectories(checkout.resolve("audit-dist/src/dist/bin"));
    Files.writeString(checkout.resolve("pom.xml"), "<project/>");
    old(checkout.resolve("pom.xml"));
    old(checkout.resolve("audit-cli/src/main"));
    old(checkout.resolve("audit-dist/src/dist/bin"));
    old(checkout.resolve("audit-dist/src/dist"));
    return checkout;
  }

  private static void old(Path file) throws Exception {
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
  }

  private Map<String, String> environment() {
    return Map.of("PATH", maven + ":/usr/bin:/bin", "BENCH", temp.toString());
  }

  private Outcome audit(Path checkout, String... args) throws Exception {
    return bench.run(environment(), checkout.resolve("audit"), args);
  }

  private int builds() throws Exception {
    Path file = temp.resolve("builds");
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  @Test
  void itBuildsOnFirstUseAndAfterAChange() throws Exception {
    Path checkout = checkout("kauditd");

    Outcome first = audit(checkout, "run", "a  b");
    assertThat(first.out()).isEqualTo("ran\nrun\na  b\n");
    assertThat(first.err()).startsWith("audit: building, about a minute the first time");
    Outcome second = audit(checkout, "run");
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);

    Files.writeString(checkout.resolve("audit-cli/src/main/New.java"), "class New {}");
    Files.setLastModifiedTime(
        checkout.resolve("audit-cli/src/main/New.java"),
        FileTime.from(Instant.now().plusSeconds(10)));
    audit(checkout, "run");
    assertThat(builds()).isEqualTo(2);
  }

  /** Maven gives the build's beginning in whole seconds. */
  @Test
  void whatIsAFractionOfASecondOlderThanTheBuildIsNoChange() throws Exception {
    Path checkout = checkout("kauditd");
    LauncherBench.program(
        maven.resolve("mvn"),
        MAVEN.replace("touch -r \"$BENCH/builds\"", "touch -d \"@$(stat -c %Y ../../pom.xml)\""));
    Instant written = Instant.now().minusSeconds(2).truncatedTo(ChronoUnit.SECONDS).plusMillis(500);
    Files.setLastModifiedTime(checkout.resolve("pom.xml"), FileTime.from(written));

    audit(checkout, "run");
    audit(checkout, "run");

    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aBuildThatWasBrokenOffIsDoneAgain() throws Exception {
    Path checkout = checkout("kauditd");
    audit(checkout);
    Files.delete(checkout.resolve("audit-dist/target/whole/build-id"));

    assertThat(audit(checkout).exit()).isZero();
    assertThat(builds()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"with blanks", "ünïcödé", "at 12:30", "[a]*?", "-dash", "qu'o\"te"})
  void aPathOfAnyNameCanBeBuilt(String name) throws Exception {
    Path checkout = checkout(name);

    Outcome outcome = bench.shell(checkout, environment(), "CDPATH=/usr ./audit run");

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out()).isEqualTo("ran\nrun\n");
    assertThat(builds()).isEqualTo(1);
    if (name.contains(":")) {
      String where = Files.readString(temp.resolve("builds"));
      assertThat(where).as("no class path can name it otherwise").doesNotContain(":");
      assertThat(Path.of(where.strip()).getParent()).as("cleaned up").doesNotExist();
    }
  }

  @Test
  void twoFirstStartsBuildOnce() throws Exception {
    Path checkout = checkout("kauditd");
    Files.createFile(temp.resolve("hold"));

    Outcome both =
        bench.shell(
            checkout,
            environment(),
            """
            ./audit first >first.out 2>&1 & first=$!
            until [ -e "$BENCH/builds" ]; do sleep 0.01; done
            ./audit second >second.out 2>&1 & second=$!
            until grep -q waiting second.out; do sleep 0.01; done
            rm "$BENCH/hold"
            wait $first && wait $second && cat first.out second.out
            """);

    assertThat(both.exit()).as(both.err()).isZero();
    assertThat(both.out())
        .contains("ran\nfirst\n")
        .contains("audit: waiting for another build of this checkout\nran\nsecond\n");
    assertThat(builds()).isEqualTo(1);
  }

  /** Of the launcher that was killed and the build it had started, the build lives on. */
  @Test
  void aBuildWhoseLauncherWasKilledIsWaitedFor() throws Exception {
    Path checkout = checkout("kauditd");
    Files.createFile(temp.resolve("hold"));

    Outcome second =
        bench.shell(
            checkout,
            environment(),
            """
            ./audit first >first.out 2>&1 & first=$!
            until [ -e "$BENCH/builds" ]; do sleep 0.01; done
            kill -KILL $first
            ./audit second >second.out 2>&1 & second=$!
            until grep -q waiting second.out; do sleep 0.01; done
            rm "$BENCH/hold"
            wait $second && cat second.out
            """);

    assertThat(second.exit()).as(second.err()).isZero();
    assertThat(second.out()).endsWith("ran\nsecond\n");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void whatADeadBuildLeftIsNoLock() throws Exception {
    Path checkout = checkout("kauditd");
    Path target = Files.createDirectories(checkout.resolve("audit-dist/target"));
    Files.createFile(target.resolve("build.lock"));
    Files.createDirectory(target.resolve("building")); // as older launchers did
    Files.writeString(target.resolve("building/pid"), "1\n");

    Outcome outcome = audit(checkout, "run");

    assertThat(outcome.exit()).as(outcome.err()).isZero();
  }

  @Test
  void aCheckoutThatCannotBeWrittenToIsNamed() throws Exception {
    Path checkout = checkout("kauditd");
    readOnly(checkout.resolve("audit-dist"));

    Outcome outcome =
        bench.runUnprivileged(environment(), checkout.resolve("audit").toString(), "run");

    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("audit: has to be built first, and " + checkout + " cannot be written to by ")
        .hasLineCount(2);
  }

  @Test
  void aCheckoutThatWasBuiltRunsForWhoMayNotWrite() throws Exception {
    Path checkout = checkout("kauditd");
    audit(checkout);
    readOnly(checkout.resolve("audit-dist/target"));

    Outcome outcome =
        bench.runUnprivileged(environment(), checkout.resolve("audit").toString(), "run");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).isEqualTo("ran\nrun\n");
  }

  private static void readOnly(Path directory) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
  }

  @Test
  void whereThereIsNoMavenTheWrapperIsUsed() throws Exception {
    Path checkout = checkout("kauditd");
    Path tools = toolsWithoutMaven();
    Path launcher = checkout.resolve("audit");
    LauncherBench.program(
        launcher, Files.readString(LAUNCHER).replace("/usr/bin:/bin", tools.toString()));
    Map<String, String> environment = Map.of("PATH", tools.toString(), "BENCH", temp.toString());

    Outcome without = bench.run(environment, launcher, "run");
    assertThat(without.exit()).isEqualTo(69);
    assertThat(without.err()).contains("needs Maven 3.8 or newer").doesNotContain("mvnw");

    LauncherBench.program(
        checkout.resolve("mvnw"), "#!/bin/sh\necho 'mvnw: URL could not be fetched.'; exit 69\n");
    Outcome unreachable = bench.run(environment, launcher, "run");
    assertThat(unreachable.exit()).isEqualTo(69);
    assertThat(unreachable.err()).contains("\nmvnw: URL could not be fetched.\n");

    LauncherBench.program(checkout.resolve("mvnw"), MAVEN);
    Outcome fetched = bench.run(environment, launcher, "run");
    assertThat(fetched.exit()).as(fetched.err()).isZero();
    assertThat(fetched.out()).isEqualTo("ran\nrun\n");
    assertThat(fetched.err())
        .startsWith("audit: there is no mvn on the path, so mvnw fetches Maven");
    assertThat(builds()).isEqualTo(1);
    removeLinks(tools);
  }

  /** JUnit would warn of each. */
  private static void removeLinks(Path tools) throws Exception {
    try (var links = Files.newDirectoryStream(tools)) {
      for (Path link : links) {
        Files.delete(link);
      }
    }
  }

  @Test
  void whatIsCalledMvnAndIsNoProgramIsPassedOver() throws Exception {
    Path checkout = checkout("kauditd");
    Path folder = bench.ownDirectory("folder");
    Files.createDirectory(folder.resolve("mvn"));
    Path locked = bench.ownDirectory("locked");
    Files.writeString(locked.resolve("mvn"), MAVEN);
    String before = folder + ":" + locked + ":";

    Outcome behind =
        bench.run(
            Map.of("PATH", before + maven + ":/usr/bin:/bin", "BENCH", temp.toString()),
            checkout.resolve("audit"),
            "run");
    assertThat(behind.exit()).as(behind.err()).isZero();
    assertThat(behind.out()).isEqualTo("ran\nrun\n");

    Path tools = toolsWithoutMaven();
    Path other = checkout("other");
    LauncherBench.program(
        other.resolve("audit"), Files.readString(LAUNCHER).replace("/usr/bin:/bin", "" + tools));
    LauncherBench.program(other.resolve("mvnw"), MAVEN);
    Outcome without =
        bench.run(
            Map.of("PATH", before + tools, "BENCH", temp.toString()),
            other.resolve("audit"),
            "run");
    assertThat(without.exit()).as(without.err()).isZero();
    assertThat(without.err())
        .startsWith("audit: there is no mvn on the path, so mvnw fetches Maven");
    removeLinks(tools);
  }

  private Path toolsWithoutMaven() throws Exception {
    Path tools = Files.createDirectory(temp.resolve("tools"));
    try (var programs = Files.newDirectoryStream(Path.of("/usr/bin"), entry -> !isMaven(entry))) {
      for (Path program : programs) {
        Files.createSymbolicLink(tools.resolve(program.getFileName()), program);
      }
    }
    return tools;
  }

  private static boolean isMaven(Path program) {
    return program.getFileName().toString().startsWith("mvn");
  }

  @Test
  void aBuildThatFailsSaysWhyAndWhereTheRestIs() throws Exception {
    Path checkout = checkout("kauditd");
    Files.createFile(temp.resolve("fail"));

    Outcome outcome = audit(checkout, "run");

    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(outcome.err())
        .contains("[ERROR] no such class\n")
        .endsWith("the whole story: " + checkout + "/audit-dist/target/build.log\n");
    Files.delete(temp.resolve("fail"));
    assertThat(audit(checkout, "run").exit()).as("no lock is left").isZero();
  }
}
