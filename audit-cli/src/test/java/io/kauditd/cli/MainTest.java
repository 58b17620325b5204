// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Screen;
import io.kauditd.fixtures.CommandResult;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What belongs to no one command. */
class MainTest {
  @Test
  void tellsTheVersionTheBuildHas() {
    CommandResult result = Tool.run("--version");

    assertThat(result.out()).matches("audit \\d+\\.\\d+\\.\\d+\\S*\n");
    assertThat(Tool.run("-V")).isEqualTo(result);
    assertThat(Tool.run("--version", "--debug").out()).isEqualTo(result.out());
  }

  @Test
  void helpsANewcomer() {
    CommandResult result = Tool.run("--help");

    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("run ", "status ", "plugins ", "completion ")
        .contains("audit run --source file:in.log --transport file:out.log --policy ordered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "status", "plugins", "completion"})
  void helpsWithEveryCommand(String command) {
    CommandResult result = Tool.run(command, "--help");

    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith("Usage: audit " + command).contains("Example");
    assertThat(result.err()).isEmpty();
  }

  /** One that is broken into two lines cannot be pasted. */
  @ParameterizedTest
  @ValueSource(strings = {"run", "status", "top", "tail", "listen", "plugins"})
  void showsEachExampleOnOneLine(String command) {
    List<String> help = Tool.run(command, "--help").outLines();
    int examples = help.indexOf("Examples:");

    assertThat(examples).isPositive();
    assertThat(help.subList(examples + 1, help.size()))
        .allMatch(line -> line.isBlank() || line.startsWith("  "), "an example of its own");
  }

  /** And with each once, whatever group it is in. */
  @ParameterizedTest
  @ValueSource(strings = {"run", "status", "top", "tail", "listen", "plugins"})
  void helpsWithEveryOptionOnce(String command) {
    List<String> help = Tool.run(command, "--help").outLines();

    var nowhere = new PrintStream(OutputStream.nullOutputStream());
    CommandLine audit = Main.commandLine(new Screen(nowhere, nowhere, false, false));
    CommandLine line = Objects.requireNonNull(audit.getSubcommands().get(command));
    for (OptionSpec option : line.getCommandSpec().options()) {
      assertThat(help)
          .filteredOn(
              each -> each.matches("\\s{2,6}(-\\w, )?" + option.longestName() + "(=.*|\\s.*)?"))
          .as(option.longestName())
          .hasSize(option.hidden() ? 0 : 1);
    }
  }

  /** Those of the command, the launcher's 69, and those of the signals that a run takes. */
  @Test
  void saysWhatEveryExitCodeOfARunMeans() throws Exception {
    var codes = new TreeSet<>(Set.of(69, 129, 130, 143));
    for (Field code : ExitCode.class.getFields()) {
      codes.add(code.getInt(null));
    }

    String help = String.join(" ", Tool.run("run", "--help").outLines());
    String exitCodes =
        help.substring(help.indexOf("Exit codes:"), help.indexOf("Examples:"))
            .replaceAll("\\s+", " ");
    assertThat(numbersIn(exitCodes.replace("JDK 25", ""))).isEqualTo(codes);
    String document = Files.readString(ReadmeTest.ROOT.resolve("docs/reference/cli.md"));
    String table = document.substring(document.indexOf("## Exit codes"));
    var listed = new TreeSet<Integer>();
    table
        .substring(0, table.indexOf("\n## ", 1))
        .lines()
        .filter(line -> line.matches("\\| \\d.*"))
        .forEach(row -> listed.addAll(numbersIn(row.split("\\|", -1)[1])));
    assertThat(listed).isEqualTo(codes);
  }

  private static Set<Integer> numbersIn(String text) {
    return Pattern.compile("\\d+")
        .matcher(text)
        .results()
        .map(number -> Integer.valueOf(number.group()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void asksForACommand() {
    CommandResult result = Tool.run();

    assertThat(result)
        .isEqualTo(
            new CommandResult(2, "", "audit: missing required subcommand; see 'audit --help'\n"));
  }

  /** They come with the laboratory, which is not here; see DistributionIT for the archive. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "replay x.jsonl --pull-ahead 2",
        "simulate --list",
        "simulate --help",
        "outage --plot=x.svg"
      })
  void saysWhereACommandIsThatIsNotHere(String command) {
    CommandResult result = Tool.run(command.split(" ", -1));

    assertThat(result)
        .isEqualTo(
            new CommandResult(
                2,
                "",
                "audit "
                    + command.substring(0, command.indexOf(' '))
                    + ": this command is not here; add the artifact io.kauditd:audit-lab\n"));
  }

  @Test
  void suggestsTheCommandThatWasMeant() {
    CommandResult result = Tool.run("statsu");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.complaint())
        .startsWith("audit: there is no command 'statsu'; did you mean status");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void printsACompletionScriptThatAShellTakes(String shell, @TempDir Path directory)
      throws Exception {
    CommandResult result = Tool.run("completion", shell);
    Path script = Files.writeString(directory.resolve("audit-completion"), result.out());
    Process bash = new ProcessBuilder("bash", "-n", script.toString()).start();

    assertThat(bash.waitFor()).isZero();
    assertThat(result.out())
        .contains("--backlog-limit", "--failure-mode", "printk", "ordered")
        .doesNotContain("simulate");
    assertThat(result.code()).isZero();
  }

  @Test
  void refusesAShellItHasNoScriptFor() {
    assertThat(Tool.run("completion", "fish").complaint()).contains("fish").contains("bash, zsh");
  }
}
