// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.kauditd.cli.LiveKernel;
import io.kauditd.cli.Main;
import io.kauditd.cli.RunArguments;
import io.kauditd.cli.Tool;
import io.kauditd.cli.ToolProcess;
import io.kauditd.cli.run.ProcessTest;
import io.kauditd.fixtures.CommandResult;
import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code audit top} beside a real run, and on a real terminal. */
@Timeout(180)
class TopTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String OTHER_SCREEN = "\033[?1049h";
  private static final String FIRST_SCREEN = "\033[?1049l";
  private static final String CURSOR_HIDDEN = "\033[?25l";
  private static final String CURSOR_SHOWN = "\033[?25h";

  @TempDir private static Path shared;
  private static ToolProcess run;
  private static Path runtime;

  @TempDir private Path directory;

  @BeforeAll
  static void startRun() throws Exception {
    runtime = shared.resolve("run");
    run =
        ToolProcess.start(
            shared, RunArguments.of(runtime, "generate:0", "null", "--set", "rate=1000"));
    await().atMost(PATIENCE).until(() -> top("--interval", "100ms").code() == 0);
  }

  @AfterAll
  static void stopRun() {
    run.close();
  }

  private static CommandResult top(String... more) {
    var arguments = new ArrayList<>(List.of("top", "--runtime-dir", runtime.toString()));
    arguments.addAll(List.of(more));
    return Tool.run(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--once"})
  void printsOneScreenWhereThereIsNoTerminal(String option) {
    CommandResult result =
        option.isEmpty() ? top("--interval", "1s") : top("--interval", "1s", option);

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).doesNotContain("\033").startsWith("audit top: pid " + run.pid());
    assertThat(result.outLines())
        .contains("generate:0 -> mainline -> null")
        .anyMatch(line -> line.startsWith("main  ["))
        .anyMatch(line -> line.matches("logged +[0-9.,]+/s +[0-9,]+"))
        .anyMatch(line -> line.startsWith("daemon     connected"));
    assertThat(result.code()).isZero();
  }

  @Test
  void saysThatNothingRuns() {
    CommandResult result = top("--pid", "1");

    assertThat(result.complaint()).startsWith("audit top: --pid: no instance runs as process 1 ");
    assertThat(result.code()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"--interval=99ms", "--interval=2h", "--interval=often"})
  void refusesAnIntervalThatIsNone(String option) {
    assertThat(top(option).complaint())
        .isEqualTo(
            "audit top: --interval: '"
                + option.substring("--interval=".length())
                + "' is not valid; it takes a duration between 100ms and 1h");
  }

  @Test
  void refusesToLookAtTwoThings() {
    assertThat(top("--kernel", "--pid", "1").code()).isEqualTo(2);
  }

  @Test
  void showsTheLiveKernel() throws Exception {
    try (var kernel = LiveKernel.take()) {
      CommandResult result = top("--kernel", "--once", "--interval", "100ms");

      assertThat(result.outLines())
          .contains("daemon     none")
          .anyMatch(line -> line.matches("backlog \\[.*] +0 of +[0-9,]+, high +0"));
      assertThat(kernel.audit.status().pid()).isZero();
    }
  }

  /** A terminal of its own, made by script(1), with the command in it. */
  private final class Pty implements AutoCloseable {
    private final Path typescript = directory.resolve("typescript");
    private final Path before = directory.resolve("before");
    private final Path after = directory.resolve("after");
    private final Path name = directory.resolve("tty");
    private final Process script;

    Pty() throws IOException {
      assumeThat(isThere("script")).as("script(1) of util-linux is there").isTrue();
      Path steps =
          Files.writeString(
              directory.resolve("steps.sh"),
              """
              trap : INT
              tty > '%s'
              stty rows 24 cols 80
              stty -a > '%s'
              %s top --runtime-dir '%s' --interval 100ms
              echo "exit code $?"
              stty -a > '%s.part'
              mv '%s.part' '%s'
              """
                  .formatted(
                      name,
                      before,
                      Program.shellCommand(Main.class),
                      runtime,
                      after,
                      after,
                      after));
      var builder =
          new ProcessBuilder("script", "-q", "-f", "-c", "sh " + steps, typescript.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().put("TERM", "xterm-256color");
      builder.environment().put("SHELL", "/bin/sh");
      builder.environment().put("LC_ALL", "C.UTF-8");
      script = builder.start();
    }

    private static boolean isThere(String program) {
      return List.of(System.getenv("PATH").split(":", -1)).stream()
          .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    /** All so far; it may end in the middle of a character. */
    String shown() throws IOException {
      return Files.exists(typescript)
          ? new String(Files.readAllBytes(typescript), StandardCharsets.UTF_8)
          : "";
    }

    void awaitShown(String text) {
      await("'" + text + "'").atMost(PATIENCE).until(() -> shown().contains(text));
    }

    void type(char key) throws IOException {
      script.getOutputStream().write(key);
      script.getOutputStream().flush();
    }

    /** What stty(1) says of the terminal now. */
    String stty(String... arguments) throws Exception {
      var command = new ArrayList<>(List.of("stty", "-F", Files.readString(name).strip()));
      command.addAll(List.of(arguments));
      Process stty = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(stty.waitFor()).as(said).isZero();
      return said;
    }

    /** The command's own process. */
    ProcessHandle tool() {
      return script
          .descendants()
          .filter(each -> each.info().command().orElse("").endsWith("java"))
          .findFirst()
          .orElseThrow();
    }

    String firstLetterOfState() throws IOException {
      String stat = Files.readString(Path.of("/proc", Long.toString(tool().pid()), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    }

    void assertRestored() throws IOException {
      await("the end").atMost(PATIENCE).until(() -> Files.exists(after));
      assertThat(Files.readString(after)).isEqualTo(Files.readString(before));
      String all = shown();
      assertThat(all.lastIndexOf(FIRST_SCREEN)).isGreaterThan(all.lastIndexOf(OTHER_SCREEN));
      assertThat(all.lastIndexOf(CURSOR_SHOWN)).isGreaterThan(all.lastIndexOf(CURSOR_HIDDEN));
    }

    @Override
    public void close() throws Exception {
      script.descendants().forEach(ProcessHandle::destroyForcibly);
      script.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource({"q, 0", "'\003', 130"})
  void leavesTheTerminalAsItWas(char key, int code) throws Exception {
    assumeThat(code == 130 && ProcessTest.ignores("INT"))
        .as("SIGINT is ignored here, as in a shell's background jobs, and so by every child")
        .isFalse();
    try (var pty = new Pty()) {
      pty.awaitShown("logged");
      pty.awaitShown("q quits; every 100ms");
      assertThat(pty.shown())
          .contains(OTHER_SCREEN, CURSOR_HIDDEN, "pid " + run.pid())
          .containsPattern("[█░]");
      assertThat(pty.stty("-a")).contains("-icanon").contains("-echo ").doesNotContain("-isig");
      pty.type(key);

      pty.assertRestored();
      pty.awaitShown("exit code " + code);
    }
  }

  @Test
  void leavesTheTerminalAsItWasWhenItIsTerminated() throws Exception {
    try (var pty = new Pty()) {
      pty.awaitShown("q quits; every 100ms");
      pty.tool().destroy();

      pty.assertRestored();
      pty.awaitShown("exit code 143");
    }
  }

  @Test
  void followsTheSizeOfTheTerminal() throws Exception {
    try (var pty = new Pty()) {
      pty.awaitShown("q quits; every 100ms");
      int before = pty.shown().length();
      pty.stty("rows", "10", "cols", "40");
      await("drawn anew")
          .atMost(PATIENCE)
          .until(() ->
              pty.shown().substring(before).contains("last error")
                  || pty.shown().substring(before).contains("daemon"));

      assertThat(pty.shown().substring(before)).contains("main  [", "daemon");
      pty.stty("rows", "24", "cols", "80");
      await("drawn once more")
          .atMost(PATIENCE)
          .until(() -> pty.shown().substring(before).contains("q quits"));
      pty.type('q');
      await("the end").atMost(PATIENCE).until(() -> Files.exists(pty.after));
      assertThat(Files.readString(pty.after)).isEqualTo(Files.readString(pty.before));
    }
  }

  /** Ctrl-Z gives the terminal back, and fg takes it again. */
  @Test
  void canBeSuspended() throws Exception {
    try (var pty = new Pty()) {
      pty.awaitShown("q quits; every 100ms");
      pty.type('\032');
      await("stopped").atMost(PATIENCE).until(() -> pty.firstLetterOfState().equals("T"));
      assertThat(pty.stty("-a")).isEqualTo(Files.readString(pty.before));
      assertThat(pty.shown().lastIndexOf(FIRST_SCREEN))
          .isGreaterThan(pty.shown().lastIndexOf(OTHER_SCREEN));
      int before = pty.shown().length();
      new ProcessBuilder("kill", "-CONT", Long.toString(pty.tool().pid())).start().waitFor();
      await("drawn anew")
          .atMost(PATIENCE)
          .until(() -> pty.shown().substring(before).contains("q quits"));
      pty.type('q');

      pty.assertRestored();
    }
  }
}
