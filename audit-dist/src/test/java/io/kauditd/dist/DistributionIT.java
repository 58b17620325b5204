// SPDX-License-Identifier: Apache-2.0
package io.kauditd.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that the build makes: unpacked anywhere, it runs. */
class DistributionIT {
  private static final Path ARCHIVE = Path.of(System.getProperty("kauditd.archive"));
  private static final Path LAB_ARCHIVE = Path.of(System.getProperty("kauditd.lab.archive"));
  private static final String VERSION = System.getProperty("kauditd.version");

  @TempDir private static Path temp;
  private static Path shared;

  private Path home = shared;

  @BeforeAll
  static void unpackForAll() throws Exception {
    shared = unpack("a folder with 'blanks', 100%p and %t");
  }

  private static Path unpack(String name) throws Exception {
    Path folder = Files.createDirectory(temp.resolve(name));
    unpack(ARCHIVE, folder);
    return folder.resolve("kauditd-" + VERSION);
  }

  private static void unpack(Path archive, Path folder) throws Exception {
    Outcome tar = run(Map.of(), "tar", "-xzf", archive.toString(), "-C", folder.toString());
    assertThat(tar.exit).as(tar.err).isZero();
  }

  /** As a user does who was told which archive has a command. */
  private static Path unpackWithLaboratory(String name) throws Exception {
    Path home = unpack(name);
    unpack(LAB_ARCHIVE, home);
    return home;
  }

  @Test
  void theArchiveHoldsWhatPeopleLookFor() throws Exception {
    home = unpack("to look at");

    try (Stream<Path> entries = Files.list(home)) {
      assertThat(entries.map(entry -> entry.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "bin", "lib", "plugins", "LICENSE", "NOTICE", "THIRD-PARTY.txt", "README.md");
    }
    assertThat(home.resolve("THIRD-PARTY.txt"))
        .content()
        .contains("info.picocli:picocli:", "com.google.inject:guice:")
        .doesNotContain("junit", "Unknown license");
    assertThat(home.resolve("plugins/README.txt")).isNotEmptyFile();
    assertThat(cache()).as("made at the place where it is used").doesNotExist();
  }

  @Test
  void itRunsWhereItWasUnpacked() throws Exception {
    assertTellsItsVersion(audit("--version"));
    assertThat(cache()).isNotEmptyFile();
    assertThat(classesFromTheCache()).isGreaterThan(300);
  }

  @Test
  void itHasAllOfTheJdkForPlugins() throws Exception {
    Outcome outcome =
        run(
            Map.of("AUDIT_JAVA_OPTS", "--show-module-resolution"),
            launcher().toString(),
            "--version");

    assertThat(outcome.out)
        .contains("root java.net.http ", "root java.sql ", "root jdk.unsupported ");
  }

  @Test
  void itLooksIntoItsOwnPluginDirectory() throws Exception {
    home = unpack("with a plug-in");
    Path bad = Files.writeString(home.resolve("plugins/bad.jar"), "no zip");

    Outcome outcome = audit("plugins");

    assertThat(outcome.exit).isEqualTo(1);
    assertThat(outcome.out).contains("  " + bad.toRealPath() + ": it is not a jar");
  }

  @Test
  void aJarThatIsCutIsNamed() throws Exception {
    home = unpack("cut");
    Path jar = Files.write(anyJar(), new byte[10]);

    Outcome outcome = audit("--version");

    assertThat(outcome.exit).isEqualTo(69);
    assertThat(outcome.err)
        .contains(jar.getFileName() + " is not as long as it was built")
        .doesNotContain("Exception");
  }

  @Test
  void itRunsThroughASymbolicLink() throws Exception {
    Path bin = Files.createDirectory(temp.resolve("bin"));
    Path link = Files.createSymbolicLink(bin.resolve("audit"), bin.relativize(launcher()));

    assertTellsItsVersion(run(Map.of(), link.toString(), "--version"));
  }

  /** One test for all that can become of a cache, because making one takes seconds. */
  @Test
  void itRunsWithACacheThatDoesNotFit() throws Exception {
    home = unpack("first");
    audit("--version");
    assertThat(classesFromTheCache()).isGreaterThan(300);

    Path jar = anyJar();
    FileTime time = Files.getLastModifiedTime(jar);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
    assertTellsItsVersion(audit("--version"));
    assertThat(classesFromTheCache()).as("a jar has changed").isZero();

    Files.setLastModifiedTime(jar, time);
    Files.writeString(cache(), "not a cache");
    assertTellsItsVersion(audit("--version"));

    home = Files.move(home, temp.resolve("second"));
    assertTellsItsVersion(audit("--version"));
    assertThat(classesFromTheCache()).as("made anew after a move").isGreaterThan(300);
  }

  @Test
  void itRunsWhereNoCacheCanBeMade() throws Exception {
    home = unpack("without a cache");
    Files.delete(home.resolve("lib/build-id"));
    Files.createDirectory(cache());

    assertTellsItsVersion(audit("--version"));
  }

  @Test
  void argumentsArriveAsTheyWere() throws Exception {
    String argument = "--no \"such\" 'option' * $HOME";

    Outcome outcome = audit(argument);

    assertThat(outcome.exit).isNotZero();
    assertThat(outcome.err).contains(argument).doesNotContain("\tat ");
  }

  /** As auditd starts its plug-ins: with nearly all signals ignored, SIGHUP too. */
  @Test
  void itCanBeToldToReadItsConfigurationAgainBehindAuditd() throws Exception {
    assumeTrue(
        run(Map.of(), "env", "--ignore-signal=HUP", "--default-signal=INT", "true").exit == 0,
        "there is no env that sets signals");
    Path config =
        Files.writeString(
            temp.resolve("plugin.conf"),
            "source = \"generate:0\"\nset.rate = 100\ntransport = null\nruntime-dir = \""
                + temp.resolve("plug-in")
                + "\"\n");
    String script =
        "\"$0\" run --config=\"$1\" 2>\"$2\" & p=$!; until [ -S \"$3/$p.sock\" ]; do sleep 0.1;"
            + " done; kill -HUP $p; until [ -s \"$2\" ]; do sleep 0.1; done; kill -TERM $p; wait"
            + " $p";
    Outcome outcome =
        run(
            Map.of(),
            "env",
            "--ignore-signal=HUP,ALRM",
            "bash",
            "-c",
            script,
            launcher().toString(),
            config.toString(),
            temp.resolve("plug-in.err").toString(),
            temp.resolve("plug-in").toString());

    assertThat(outcome.exit).isEqualTo(143);
    assertThat(Files.readString(temp.resolve("plug-in.err")))
        .startsWith("audit run: SIGHUP: nothing has changed\n");
  }

  /** From the first lines of the launcher on; then the JVM starts, and would end at one. */
  @Test
  void noHangUpEndsItWhileItStarts() throws Exception {
    String script =
        "\"$0\" run --source generate:0 --set rate=100 --transport null --runtime-dir \"$2\""
            + " 2>\"$1\" & p=$!; until grep -q '^SigIgn:.*[13579bdf]$' /proc/$p/status; do :; done;"
            + " until grep -q HUP \"$1\"; do kill -HUP $p || exit 1; done; kill -TERM $p; wait $p";
    Outcome outcome =
        run(
            Map.of(),
            "env",
            "--default-signal=HUP", // the build may run under nohup
            "bash",
            "-c",
            script,
            launcher().toString(),
            temp.resolve("start.err").toString(),
            temp.resolve("start").toString());

    assertThat(outcome.exit).isEqualTo(143);
    assertThat(Files.readString(temp.resolve("start.err")).lines())
        .contains("audit run: SIGHUP: nothing has changed")
        .allMatch(line -> line.startsWith("audit run: SIGHUP: "));
  }

  /** None of them becomes a file of the run, whichever are closed. */
  @Test
  void standardStreamsMayBeClosed() throws Exception {
    Path log = temp.resolve("closed streams.log");
    String run = "\"$0\" run --transport \"file:$1\" --source ";

    Outcome input =
        run(Map.of(), "sh", "-c", run + "stdin <&-", launcher().toString(), log.toString());
    Outcome all =
        run(
            Map.of(),
            "sh",
            "-c",
            run + "generate:3 <&- >&- 2>&-",
            launcher().toString(),
            log.toString());

    assertThat(input.exit).isEqualTo(3);
    assertThat(input.err).startsWith("audit run: --source: standard input is closed");
    assertThat(all.exit).as("its results cannot be written").isEqualTo(3);
    assertThat(Files.readAllLines(log)).hasSize(3).allMatch(line -> line.contains("op=generate"));
  }

  @Test
  void aJavaThatIsNotAJdk25IsNamed() throws Exception {
    Outcome outcome = run(Map.of("AUDIT_JAVA", "/bin/sh"), launcher().toString(), "--version");

    assertThat(outcome.exit).isEqualTo(69);
    assertThat(outcome.out).isEmpty();
    assertThat(outcome.err).startsWith("audit: AUDIT_JAVA=/bin/sh is not a JDK 25: ");
  }

  @Test
  void aJavaHomeOfAnotherVersionIsPassedOver() throws Exception {
    assertTellsItsVersion(
        run(Map.of("JAVA_HOME", temp.toString()), launcher().toString(), "--version"));
  }

  /** JLine looks for its providers by itself, and one of them needs native access. */
  @Test
  void itDrawsOnATerminal() throws Exception {
    assumeTrue(run(Map.of(), "sh", "-c", "command -v script").exit == 0, "there is no script(1)");
    Path runtime = temp.resolve("runtime");
    Outcome outcome =
        run(
            Map.of(
                "AUDIT",
                launcher().toString(),
                "RUNTIME",
                runtime.toString(),
                "TERM",
                "xterm",
                "SHELL",
                "/bin/sh"),
            "sh",
            "-c",
            """
            "$AUDIT" run --source generate:0 --set rate=100 --transport null \\
                --runtime-dir "$RUNTIME" >/dev/null 2>&1 &
            for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
              "$AUDIT" status --runtime-dir "$RUNTIME" >/dev/null 2>&1 && break
            done
            printf q | script -q -c '"$AUDIT" top --runtime-dir "$RUNTIME"' "$RUNTIME/typescript"
            kill $!
            """);

    assertThat(outcome.out)
        .contains("\033[?1049h", "audit top: pid ", "generate:0 -> mainline -> null")
        .doesNotContain("WARNING");
  }

  @Test
  void theToolDrawsNothing() throws Exception {
    assertThat(jarsIn(shared.resolve("lib")))
        .noneMatch(name -> name.matches("(xchart|batik|audit-lab|audit-simulation).*"));
  }

  @Test
  void itSaysWhichArchiveHasAMissingCommand() throws Exception {
    Outcome outcome = audit("simulate", "burst-at-boot", "--plot", "plot.svg");

    assertThat(outcome.exit).isEqualTo(2);
    assertThat(outcome.err)
        .isEqualTo(
            "audit simulate: this command comes in the archive kauditd-lab-"
                + VERSION
                + ".tar.gz; unpack it into "
                + home.toRealPath()
                + "\n");
    assertThat(audit("--help").out).doesNotContain("simulate");
  }

  @Test
  void itNamesALaboratoryOfAnotherBuild() throws Exception {
    home = unpackWithLaboratory("with another laboratory");
    Path lab = home.resolve("lib/lab");
    Files.writeString(lab.resolve("build-id"), "another build\n");

    assertTellsItsVersion(audit("--version"));
    assertThat(audit("outage").err)
        .startsWith("audit outage: " + lab.toRealPath() + " is of another build than this tool; ");
  }

  /** The libraries that draw are modules only by their names, so that is tried where they are. */
  @Test
  void withTheLaboratoryItDrawsWhatItSimulates() throws Exception {
    home = unpackWithLaboratory("with the laboratory");
    Path plot = temp.resolve("plot.svg");

    Outcome outcome =
        audit("simulate", "burst-at-boot", "--policy", "mainline", "--plot", plot.toString());

    assertThat(outcome.err).isEmpty();
    assertThat(outcome.exit).isZero();
    assertThat(outcome.out).contains("delivered");
    assertThat(plot).isNotEmptyFile();
    assertThat(audit("--help").out)
        .containsSubsequence("plugins ", "replay ", "simulate ", "outage ", "completion ");
    assertThat(classesFromTheCache()).as("the cache is for both").isGreaterThan(300);
    assertThat(jarsIn(home.resolve("lib/lab")))
        .doesNotContainAnyElementsOf(jarsIn(home.resolve("lib")));
    assertThat(home.resolve("lib/lab/THIRD-PARTY.txt"))
        .content()
        .contains("org.knowm.xchart:xchart:", "org.apache.xmlgraphics:batik-svggen:")
        .doesNotContain("guice", "Unknown license");
    assertStartsTheDaemonOfAnOutage();
  }

  private void assertStartsTheDaemonOfAnOutage() throws Exception {
    if (!Files.exists(Path.of("/proc/net/netlink"))) {
      return; // nor is there anything to start
    }
    Outcome outcome =
        audit(
            "outage",
            "--policy=ordered",
            "--rate=100",
            "--before=200ms",
            "--for=200ms",
            "--after=1s");

    assertThat(outcome.exit).as(outcome.err).isIn(0, 1); // a busy machine may miss a promise
    assertThat(outcome.out).containsPattern("out of order +0\n").contains("every pass ends");
  }

  private Path launcher() {
    return home.resolve("bin/audit");
  }

  private Path cache() {
    return home.resolve("lib/audit.aot");
  }

  private Path anyJar() throws IOException {
    return home.resolve("lib").resolve(jarsIn(home.resolve("lib")).getFirst());
  }

  private static List<String> jarsIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .toList();
    }
  }

  private static void assertTellsItsVersion(Outcome outcome) {
    assertThat(outcome.err).isEmpty();
    assertThat(outcome.out).contains(VERSION).hasLineCount(1);
    assertThat(outcome.exit).isZero();
  }

  private long classesFromTheCache() throws Exception {
    Outcome outcome =
        run(Map.of("AUDIT_JAVA_OPTS", "-Xlog:class+load"), launcher().toString(), "--version");
    return outcome.out.lines().filter(line -> line.contains("source: shared objects file")).count();
  }

  private Outcome audit(String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(List.of(args));
    return run(Map.of(), command.toArray(String[]::new));
  }

  private record Outcome(int exit, String out, String err) {}

  private static Outcome run(Map<String, String> environment, String... command) throws Exception {
    Path out = Files.createTempFile(temp, "out", ".txt");
    Path err = Files.createTempFile(temp, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.contains("JAVA") || name.contains("JDK"));
    // The JDK of this test, where the launcher would not look for it by itself.
    builder.environment().put("JAVA25_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended in time").isTrue();
      return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
