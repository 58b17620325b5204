// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.cli.Main;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Json;
import io.kauditd.fixtures.CommandResult;
import io.kauditd.fixtures.Program;
import io.kauditd.simulation.ScenarioFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateCommandTest {
  private static final String QUICK =
      """
      title = "Half a minute", duration = 30 s, seed = 7
      arrivals { recordsPerSecond = 200 }
      settings { backlogLimit = 64 }
      daemon {
        recordsPerSecond = 5000
        outages = [ { kind = stopped, from = 10 s, to = 20 s } ]
      }
      """;

  @TempDir private Path dir;

  private String quick() throws Exception {
    return Files.writeString(dir.resolve("quick.conf"), QUICK).toString();
  }

  private static List<?> results(String json) {
    return (List<?>) Json.readObject(json).get("results");
  }

  @Test
  void listsWhatComesWithTheProgram() {
    CommandResult result = Lab.run("simulate", "--list");

    assertThat(result.code()).isZero();
    assertThat(result.outLines()).hasSameSizeAs(ScenarioFile.BUNDLED);
    assertThat(result.out()).contains("daemon-stopped     The daemon is stopped for an hour");
  }

  @Test
  void whatItShowsCanBeSimulated() throws Exception {
    Path mine = dir.resolve("mine.conf");
    Files.writeString(mine, Lab.run("simulate", "--show", "burst-at-boot").out());

    CommandResult ofFile = Lab.run("simulate", mine.toString());

    assertThat(ofFile).isEqualTo(Lab.run("simulate", "burst-at-boot"));
    assertThat(ofFile.out()).startsWith("A burst at boot, before the daemon has started\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"replay", "simulate", "outage"})
  void helpsWithEveryCommand(String command) {
    CommandResult result = Lab.run(command, "--help");

    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith("Usage: audit " + command).contains("Example");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void theToolHelpsWithTheLaboratoryAsWell() {
    assertThat(Lab.run("--help").outLines())
        .filteredOn(line -> line.matches("  [a-z]+ .*"))
        .extracting(line -> line.strip().replaceFirst(" .*", ""))
        .containsSubsequence("run", "plugins", "replay", "simulate", "outage", "completion");
    assertThat(Lab.run("completion", "bash").out()).contains("daemon-stopped");
  }

  @Test
  void theTableSaysWhereEveryRecordWent() throws Exception {
    CommandResult result = Lab.run("simulate", quick(), "--policy", "v5.16,mainline");

    assertThat(result.code()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.outLines().get(3)).matches(" +v5\\.16 +mainline");
    assertThat(result.out())
        .contains("logged ", "delivered ", "printed ", "lost or dropped, in all ")
        .contains("lost: backlog limit exceeded ", "held at the end ")
        .contains("highest main queue ", "highest retry queue ", "highest hold queue ")
        .contains("longest producer wait ", "out of order ", "send attempts ", "passes ");
  }

  @Test
  void theEndlessPassOf5_16IsReportedAsSuch() {
    CommandResult result = Lab.run("simulate", "disk-full", "--policy", "v5.16");

    assertThat(result.out())
        .containsPattern("longest pass +never ends")
        .contains("v5.16: the pass that began at 5 min never ends.");
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws Exception {
    Path first = dir.resolve("first.svg");
    Path second = dir.resolve("second.svg");
    Path other = dir.resolve("other.svg");

    CommandResult one = Lab.run("simulate", quick(), "--json", "--plot", first.toString());
    CommandResult two =
        Lab.run("simulate", quick(), "--json", "--seed", "7", "--plot", second.toString());
    CommandResult three =
        Lab.run("simulate", quick(), "--json", "--seed", "8", "--plot", other.toString());

    assertThat(one.code()).isZero();
    assertThat(two).isEqualTo(one);
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(three.out()).isNotEqualTo(one.out());
    assertThat(Files.readString(other)).isNotEqualTo(Files.readString(first));
  }

  @Test
  void severalScenariosAreADocumentEach() throws Exception {
    CommandResult result =
        Lab.run("simulate", quick(), "burst-at-boot", "--json", "--policy", "mainline,ordered");

    assertThat(result.outLines()).hasSize(2);
    for (String line : result.outLines()) {
      assertThat(results(line)).hasSize(2);
    }
  }

  @Test
  void settingsCanBeChanged() throws Exception {
    CommandResult result =
        Lab.run(
            "simulate",
            quick(),
            "--json",
            "--policy=mainline",
            "--backlog-limit=32",
            "--backlog-wait-time=2s",
            "--rate-limit=1000",
            "--audit-default=off",
            "--set=duration=12s",
            "--set=daemon.recordsPerSecond=900");

    Map<String, ?> document = Json.readObject(result.out());
    assertThat(document.get("durationMs")).isEqualTo(12_000.0);
    assertThat(document.get("settings"))
        .isEqualTo(
            Map.of(
                "backlogLimit", 32L,
                "backlogWaitTimeMs", 2000L,
                "rateLimit", 1000L,
                "failureMode", "printk",
                "auditDefault", false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          simulate                                     | SCENARIO is missing; name a file, or one of daemon-stopped
          simulate no-such-thing                       | 'no-such-thing' is neither a file nor a scenario
          simulate --show daemon-tired                 | --show: 'daemon-tired' is not valid; it takes the name
          simulate slow-daemon --policy strict         | --policy: there is no policy 'strict'; there is mainline
          simulate slow-daemon --backlog-limit -1      | slow-daemon: settings.backlogLimit is -1; it must be between
          simulate slow-daemon --set colour=red        | slow-daemon: unknown key 'colour'; there are arrivals
          simulate slow-daemon --set duration          | --set: 'duration' is not valid; it takes KEY=VALUE
          simulate slow-daemon --set duration=long     | slow-daemon: override: Invalid value at 'duration'
          simulate slow-daemon --set a=1 --set a=2     | --set: 'a' is given twice; give it once
          simulate slow-daemon --plot plot.gif         | --plot: 'plot.gif' is not valid; it takes a file that ends
          simulate slow-daemon disk-full --plot p.svg  | --plot: takes one scenario, and there are 2
          simulate slow-daemon --seed now              | invalid value for option '--seed': 'now' is not a long
          """)
  void saysWhatIsWrong(String command, String complaint) {
    CommandResult result = Lab.run(command.split(" +", -1));

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.complaint()).startsWith("audit simulate: " + complaint).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void aFileThatCannotBeReadOrWrittenIsCode3() {
    Path plot = dir.resolve("missing").resolve("plot.svg");

    CommandResult unread = Lab.run("simulate", dir.toString());
    CommandResult unwritten = Lab.run("simulate", "burst-at-boot", "--plot", plot.toString());

    assertThat(unread.code()).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(unread.complaint()).endsWith("' cannot be read: it is not a file");
    assertThat(unwritten.code()).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(unwritten.complaint()).endsWith("' is not a directory; make it first");
    assertThat(unwritten.out()).isEmpty();
  }

  @Test
  void aPngHasAllThePanels() throws Exception {
    Path plot = dir.resolve("plot.PNG");

    assertThat(Lab.run("simulate", quick(), "--plot", plot.toString()).code()).isZero();

    var image = ImageIO.read(plot.toFile());
    assertThat(image.getWidth()).isEqualTo(2 * PlotWriter.WIDTH);
    assertThat(image.getHeight()).isEqualTo(2 * (PlotWriter.HEAD + 4 * PlotWriter.PANEL));
  }

  @Test
  void whereThereAreNoFontsItSaysSoBeforeItBegins() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "fonts are found otherwise here");
    Path noFonts =
        Files.writeString(
            dir.resolve("fonts.conf"), "<?xml version=\"1.0\"?><fontconfig></fontconfig>");
    Path plot = dir.resolve("plot.svg");

    try (var tool =
        Program.start(
            Main.class,
            List.of("-Duser.home=" + dir), // where the JDK remembers what fonts there were
            Map.of("FONTCONFIG_FILE", noFonts.toString()),
            "simulate",
            "daemon-stopped",
            "--plot",
            plot.toString())) {
      assertThat(tool.end()).isEqualTo(ExitCode.INPUT_OUTPUT);
      assertThat(tool.lines())
          .singleElement()
          .asString()
          .startsWith("audit simulate: --plot: Java cannot draw text here (")
          .contains("install fontconfig and a font");
      assertThat(plot).doesNotExist();
    }
  }
}
