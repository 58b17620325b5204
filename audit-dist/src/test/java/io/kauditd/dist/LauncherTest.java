// SPDX-License-Identifier: Apache-2.0
package io.kauditd.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.dist.LauncherBench.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher of the distribution, from anywhere, in any environment, for any user. A stand-in for
 * the JDK says what it was started with; DistributionIT starts the real one.
 */
class LauncherTest {
  @TempDir private Path temp;
  private LauncherBench bench;

  @BeforeEach
  void setUp() throws Exception {
    bench = new LauncherBench(temp);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bin/audit",
        "./bin/audit",
        "cd bin && ./audit",
        "cd bin && bash audit",
        "cd bin && sh audit",
        "cd / && \"$HOME_OF_AUDIT\"/bin/audit",
        "cd bin && PATH=.:$PATH audit",
        "ln -s bin/audit link && bash link",
        "ln -s bin/audit one && ln -s one two && cd / && \"$HOME_OF_AUDIT/two\""
      })
  void itStartsFromAnywhere(String command) throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome = bench.shell(home, Map.of("CDPATH", ".:/usr:" + home), command + " status");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .containsSubsequence("--module-path", home + "/lib", "io.kauditd.cli/", "status");
  }

  @Test
  void aWorkingDirectoryThatIsGoneIsNamed() throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome =
        bench.shell(
            home,
            Map.of(),
            "mkdir gone && cd gone && rmdir ../gone && \"$HOME_OF_AUDIT/bin/audit\" status");

    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(outcome.err())
        .contains("audit: The working directory does not exist any more: change to one that does");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with blanks",
        "qu'otes\"",
        "[a]*?",
        "-dash",
        "$(touch x)",
        "back\\slash",
        "ünïcödé",
        "日本",
        "100%p%t"
      })
  void aPathOfAnyNameIsHandedOverAsItIs(String name) throws Exception {
    Path home = bench.install(name);

    Outcome outcome = bench.run(Map.of(), home.resolve("bin/audit"), "run");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("\n" + home + "/lib\n").contains("-Daudit.home=" + home);
  }

  @Test
  void theLaboratoryIsLoadedIfItIsOfTheSameBuild() throws Exception {
    Path home = bench.install("kauditd");
    Path lab = Files.createDirectory(home.resolve("lib/lab"));
    Files.writeString(lab.resolve("build-id"), "a build\n");

    Outcome same = bench.run(Map.of(), home.resolve("bin/audit"), "run");
    Files.writeString(lab.resolve("build-id"), "another build\n");
    Outcome another = bench.run(Map.of(), home.resolve("bin/audit"), "run");

    assertThat(same.after("--module-path")).isEqualTo(home + "/lib:" + lab);
    assertThat(another.after("--module-path")).isEqualTo(home + "/lib");
    assertThat(bench.cachesMade()).as("one is no good for the other").isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "rm lib/b.jar,           b.jar is missing or empty",
    ": >lib/b.jar,           b.jar is missing or empty",
    "printf 12 >lib/b.jar,   b.jar is not as long as it was built",
    "printf 1234 >lib/b.jar, b.jar is not as long as it was built",
    "rm lib/*.jar,           'a.jar is missing or empty, b.jar is missing or empty'",
    "rm lib/lab/c.jar,       c.jar is missing or empty",
  })
  void anInstallationThatIsNotWholeIsNamed(String damage, String expected) throws Exception {
    Path home = bench.install("kauditd");
    Path lab = Files.createDirectory(home.resolve("lib/lab"));
    Files.writeString(lab.resolve("build-id"), "a build\n");
    Files.writeString(home.resolve("lib/a.jar"), "12345");
    Files.writeString(home.resolve("lib/b.jar"), "123");
    Files.writeString(lab.resolve("c.jar"), "1234");
    Files.writeString(home.resolve("lib/jars"), "5 a.jar\n3 b.jar\n");
    Files.writeString(lab.resolve("jars"), "4 c.jar\n");
    assertThat(bench.run(Map.of(), home.resolve("bin/audit"), "run").err()).isEmpty();

    Outcome outcome = bench.shell(home, Map.of(), damage + "; bin/audit run");

    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("audit: The installation is broken: in " + home + "/lib")
        .contains(expected + ".\n")
        .contains("Unpack the archive once more");
  }

  /** A colon separates two directories in a module path. */
  @ParameterizedTest
  @ValueSource(strings = {"at 12:30", ":", "C:", "a:b/c:d"})
  void aColonInThePathIsGotRound(String name) throws Exception {
    Path home = bench.install(name);

    for (int start = 0; start < 2; start++) {
      Outcome outcome = bench.run(Map.of(), home.resolve("bin/audit"), "run");

      assertThat(outcome.err()).isEmpty();
      assertThat(bench.cachesMade()).isEqualTo(1);
      Path modules = Path.of(outcome.after("--module-path"));
      assertThat(modules.toString()).doesNotContain(":");
      assertThat(modules.toRealPath()).isEqualTo(home.resolve("lib").toRealPath());
      assertThat(outcome.out()).contains("-Daudit.home=" + home + "\n");
      assertThat(outcome.out()).contains("-XX:AOTCache=" + modules + "/audit.aot");
    }
  }

  @Test
  void aColonThatCannotBeGotRoundIsNamed() throws Exception {
    Path home = bench.install("a:b");

    Outcome outcome = bench.run(Map.of("HOME", "/nowhere"), home.resolve("bin/audit"), "run");

    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(outcome.err()).contains("a:b").contains("AUDIT_CACHE");
    Path own = bench.ownDirectory("own");
    assertThat(
            bench
                .run(
                    Map.of("HOME", "/nowhere", "AUDIT_CACHE", own.toString()),
                    home.resolve("bin/audit"),
                    "run")
                .exit())
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "JAVA_TOOL_OPTIONS, -XX:+UseG1GC",
    "JDK_JAVA_OPTIONS, -Xmx1g -XX:+UseParallelGC",
    "_JAVA_OPTIONS, -XX:+UseZGC",
    "AUDIT_JAVA_OPTS, -XX:+UseShenandoahGC",
    "JDK_JAVA_OPTIONS, @/etc/options",
    "JAVA_TOOL_OPTIONS, -XX:VMOptionsFile=/etc/options"
  })
  void aCollectorNamedByOthersIsTheOnlyOne(String variable, String options) throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome = bench.run(Map.of(variable, options), home.resolve("bin/audit"), "run");

    assertThat(outcome.out().replace(options, "")).doesNotContain("GC");
  }

  @Test
  void theHeapBeginsSmallAndTheCompilersLate() throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome = bench.run(Map.of(), home.resolve("bin/audit"), "run");

    assertThat(outcome.out()).contains("-Xms16m\n-XX:NewSize=3m\n-XX:CompileThresholdScaling=10\n");
  }

  /** With both, the JVM would refuse to start, or take ours. */
  @ParameterizedTest
  @CsvSource({
    "JAVA_TOOL_OPTIONS, -Xmx8m",
    "JDK_JAVA_OPTIONS, -Xmn1g",
    "AUDIT_JAVA_OPTS, -XX:MaxHeapSize=8m",
    "_JAVA_OPTIONS, -XX:MaxRAMPercentage=80",
    "JAVA_TOOL_OPTIONS, @/etc/options"
  })
  void aHeapNamedByOthersIsLeftAsItIs(String variable, String options) throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome = bench.run(Map.of(variable, options), home.resolve("bin/audit"), "run");

    assertThat(outcome.out()).doesNotContain("-Xms", "NewSize");
  }

  @Test
  void thresholdsNamedByOthersAreLeftAsTheyAre() throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome =
        bench.run(
            Map.of("JAVA_TOOL_OPTIONS", "-XX:Tier3InvocationThreshold=9"),
            home.resolve("bin/audit"),
            "run");

    assertThat(outcome.out()).doesNotContain("Scaling");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xshare:off",
        "-XX:SharedArchiveFile=/x.jsa",
        "-XX:AOTMode=off",
        "-XX:AOTCache=x"
      })
  void aCacheNamedByOthersIsTheOnlyOne(String option) throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome =
        bench.run(Map.of("JAVA_TOOL_OPTIONS", option), home.resolve("bin/audit"), "run");

    assertThat(outcome.out()).doesNotContain("audit.aot");
  }

  @ParameterizedTest
  @CsvSource({
    "SHELLOPTS, errexit:nounset:noglob",
    "BASHOPTS, failglob:nullglob",
    "POSIXLY_CORRECT, 1",
    "GLOBIGNORE, *",
    "PATH, ''",
    "PATH, /nowhere",
    "TMPDIR, /nowhere",
    "LC_ALL, no_SUCH.locale",
    "IFS, abc",
    "JAVA_HOME, /nowhere"
  })
  void itStartsInAnyEnvironment(String variable, String value) throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome =
        bench.shell(
            home,
            Map.of(),
            "exec env '%s=%s' /bin/bash bin/audit run 'a  b' '*'".formatted(variable, value));

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out()).endsWith("run\na  b\n*\n");
  }

  @Test
  void aFunctionOfTheCallersShellIsNotTakenForCd() throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome =
        bench.shell(home, Map.of(), "cd() { echo elsewhere; }; export -f cd; bin/audit run");

    assertThat(outcome.out()).contains("\n" + home + "/lib\n");
  }

  /** Services and remote shells without a locale of their own can name any file. */
  @ParameterizedTest
  @CsvSource({"LC_ALL, C", "LANG, C", "LC_CTYPE, POSIX", "LANG, ''", "LANG, no_SUCH.UTF-8"})
  void javaCanNameAnyFileInTheCLocale(String variable, String value) throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome = bench.run(Map.of(variable, value), home.resolve("bin/audit"), "ä");

    assertThat(outcome.locale()).isEqualTo("C.UTF-8");
  }

  @Test
  void aLocaleThatCanIsLeftAlone() throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome =
        bench.run(Map.of("LANG", "C.utf8", "LC_TIME", "C"), home.resolve("bin/audit"), "run");

    assertThat(outcome.locale()).isEqualTo("C.utf8");
  }

  @Test
  void theCacheLiesBesideTheJars() throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome = bench.run(Map.of(), home.resolve("bin/audit"), "run");

    assertThat(outcome.out()).contains("-XX:AOTCache=" + home + "/lib/audit.aot");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve("lib/audit.aot"))))
        .isEqualTo("rw-r--r--");
    assertThat(bench.cachesMade()).isEqualTo(1);
    bench.run(Map.of(), home.resolve("bin/audit"), "run");
    assertThat(bench.cachesMade()).as("and is used again").isEqualTo(1);
    Files.writeString(home.resolve("lib/build-id"), "another build\n");
    bench.run(Map.of(), home.resolve("bin/audit"), "run");
    assertThat(bench.cachesMade()).as("made for other jars").isEqualTo(2);
    assertThat(bench.filesIn(home.resolve("lib")))
        .containsExactlyInAnyOrder("build-id", "audit.aot", "audit.aot.for");
  }

  @Test
  void whoMayNotWriteToTheInstallationHasACacheOfTheirOwn() throws Exception {
    Path home = bench.installReadOnly("kauditd");
    Path user = bench.ownDirectoryOfUnprivileged("user");

    for (int start = 0; start < 2; start++) {
      Outcome outcome =
          bench.runUnprivileged(
              Map.of("HOME", user.toString()), home.resolve("bin/audit").toString(), "run");

      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.out()).contains("-XX:AOTCache=" + user + "/.cache/kauditd/");
      assertThat(bench.cachesMade()).isEqualTo(1);
    }
    assertThat(bench.filesIn(home.resolve("lib"))).containsExactly("build-id");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(user.resolve(".cache/kauditd"))))
        .isEqualTo("rwx------");
  }

  @Test
  void twoInstallationsDoNotTakeTurnsInOneCache() throws Exception {
    Path one = bench.installReadOnly("one");
    Path two = bench.installReadOnly("two".repeat(70) + "/" + "two".repeat(20));
    Path user = bench.ownDirectoryOfUnprivileged("user");

    for (int start = 0; start < 4; start++) {
      Path home = start % 2 == 0 ? one : two;
      Outcome outcome =
          bench.runUnprivileged(
              Map.of("HOME", user.toString()), home.resolve("bin/audit").toString(), "run");
      assertThat(outcome.out()).contains("-XX:AOTCache=" + user);
    }
    assertThat(bench.cachesMade()).isEqualTo(2);
  }

  @Test
  void withoutAnyPlaceForACacheItStarts() throws Exception {
    Path home = bench.installReadOnly("kauditd");

    Outcome outcome =
        bench.runUnprivileged(
            Map.of("HOME", "/nowhere"), home.resolve("bin/audit").toString(), "run");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).doesNotContain("AOT").endsWith("\nrun\n");
  }

  /** What lies in somebody else's home could have been put there for root to run. */
  @Test
  void aHomeOfSomebodyElseIsNotUsed() throws Exception {
    assumeTrue(bench.isRoot(), "only root has the HOME of somebody else, after sudo");
    Path home = bench.install("a:b");
    Path user = bench.ownDirectoryOfUnprivileged("user");

    Outcome outcome = bench.run(Map.of("HOME", user.toString()), home.resolve("bin/audit"), "run");

    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(bench.filesIn(user)).isEmpty();
  }

  @Test
  void aRelativePathOfAJavaIsOne() throws Exception {
    Path home = bench.install("kauditd");

    Outcome outcome =
        bench.run(Map.of("AUDIT_JAVA", "jdk/bin/java"), home.resolve("bin/audit"), "run");

    assertThat(outcome.out()).startsWith("jdk " + bench.jdk() + "\n");
    assertThat(bench.cachesMade()).isEqualTo(1);
  }

  @Test
  void anotherJavaFirstOnThePathIsPassedOver() throws Exception {
    Path home = bench.install("kauditd");
    Path old = bench.jdk("old", "17.0.9");

    Outcome outcome =
        bench.shell(
            home,
            Map.of("JAVA_HOME", old.toString()),
            "PATH=" + old + "/bin:$PATH exec bin/audit run");

    assertThat(outcome.out()).startsWith("jdk " + bench.jdk() + "\n");
  }

  @Test
  void whatIsCalledJavaOnThePathAndIsNoProgramIsPassedOver() throws Exception {
    Path home = bench.install("kauditd");
    Path folder = bench.jdk("folder", "25.0.1");
    Files.delete(folder.resolve("bin/java"));
    Files.createDirectory(folder.resolve("bin/java"));
    Path locked = bench.jdk("locked", "25.0.1");
    Files.setPosixFilePermissions(
        locked.resolve("bin/java"), PosixFilePermissions.fromString("rw-r--r--"));
    Path old = bench.jdk("old", "17.0.9");
    Path last = bench.jdk("last on the path", "25.0.1");

    Outcome outcome =
        bench.shell(
            home,
            Map.of("JAVA25_HOME", folder.toString()),
            "PATH='%s/bin:%s/bin:%s/bin:%s/bin':$PATH exec bin/audit run"
                .formatted(folder, locked, old, last));

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("jdk " + last + "\n");
  }
}
