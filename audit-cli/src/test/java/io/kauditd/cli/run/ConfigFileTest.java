// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.cli.Main;
import io.kauditd.cli.Tool;
import io.kauditd.cli.command.Json;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.ToolLogger;
import io.kauditd.fixtures.CommandResult;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** A configuration file holds the same as the command line, and is as strict. */
class ConfigFileTest {
  @TempDir Path directory;
  private Path summary;

  @BeforeEach
  void nameSummary() {
    summary = directory.resolve("summary.json");
  }

  private CommandResult run(String name, String text, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    return Tool.run(
        Stream.concat(
                Stream.of(
                    "run",
                    "--config",
                    file.toString(),
                    "--runtime-dir",
                    directory.resolve("run").toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private Map<String, Object> settings() throws IOException {
    @SuppressWarnings("unchecked") // an object of the summary
    var settings = (Map<String, Object>) Json.readObject(Files.readString(summary)).get("settings");
    return settings;
  }

  @Test
  void holdsTheWholeRun() throws IOException {
    CommandResult result =
        run(
            "audit.conf",
            """
            source = "generate:5"   # the argument's colon needs the quotes
            transport = null-sink
            transport = "null"
            policy = ordered
            queue = memory
            main-queue = memory
            retry-queue = memory
            backlog-limit = 77
            backlog-wait-time = 2s
            rate-limit = 0
            failure-mode = silent
            audit-default = off
            close-deadline = 1s
            summary = "%s"
            set { source.rate = 100000, size = 64 }
            """
                .formatted(summary));

    assertThat(result.complaint()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.outLines().get(0)).isEqualTo("generate:5 -> ordered -> null");
    assertThat(settings())
        .containsEntry("backlogLimit", 77L)
        .containsEntry("backlogWaitTimeMs", 2000L)
        .containsEntry("failureMode", "silent")
        .containsEntry("auditDefault", false);
  }

  @Test
  void mayBeJsonOrProperties() throws IOException {
    assertThat(run("a.json", "{\"source\": \"generate:1\", \"transport\": \"null\"}").code())
        .isZero();
    assertThat(
            run("a.properties", "source=generate:1\ntransport=null\nset.source.rate=100000\n")
                .code())
        .isZero();
  }

  @Test
  void givesWayToTheCommandLine() throws IOException {
    String text =
        "source = \"generate:5\"\ntransport = \"null\"\nbacklog-limit = 5\nset.rate = 1\n";
    CommandResult result =
        run(
            "a.conf",
            text,
            "--backlog-limit=9",
            "--set",
            "rate=1000000",
            "--summary",
            summary.toString());

    assertThat(result.code()).isZero();
    assertThat(settings()).containsEntry("backlogLimit", 9L);
  }

  /** As they stand on the command line and in a file, of each option of the command. */
  private static final Map<String, List<String>> SAMPLES =
      Map.ofEntries(
          Map.entry("source", List.of("unix:/tmp/a b.sock", "\"unix:/tmp/a b.sock\"")),
          Map.entry("transport", List.of("null", "null")),
          Map.entry("policy", List.of("v5.16", "v5.16")),
          Map.entry("queue", List.of("spool:q", "\"spool:q\"")),
          Map.entry("main-queue", List.of("memory", "memory")),
          Map.entry("retry-queue", List.of("null", "null")),
          Map.entry("rejected", List.of("file:r.log", "\"file:r.log\"")),
          Map.entry("backlog-limit", List.of("0077", "0077")),
          Map.entry("backlog-wait-time", List.of("5s", "5s")),
          Map.entry("rate-limit", List.of("7", "7")),
          Map.entry("failure-mode", List.of("panic", "panic")),
          Map.entry("audit-default", List.of("off", "off")),
          Map.entry("include", List.of("user", "[\"kernel\", user]")),
          Map.entry("exclude", List.of("1305", "[USER_CMD, 1305]")),
          Map.entry("close-deadline", List.of("1500", "1500")),
          Map.entry("summary", List.of("s.json", "s.json")),
          Map.entry("metrics", List.of("127.0.0.1:9464", "\"127.0.0.1:9464\"")),
          Map.entry("plugins", List.of("/tmp", "[/, /tmp]")),
          Map.entry("runtime-dir", List.of("/run/x", "/run/x")),
          Map.entry("status-group", List.of("root", "root")),
          Map.entry("quiet", List.of("", "true")),
          Map.entry("debug", List.of("", "true")),
          Map.entry("set", List.of("source.rate=5", "{ source { rate = 5 } }")));

  static Stream<String> optionsOfRun() {
    return runCommand("run").getCommandSpec().options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .map(option -> option.longestName().substring(2))
        .filter(name -> !name.equals("config") && !name.equals("check")); // they ask for one call
  }

  private static CommandLine runCommand(String... arguments) {
    var nowhere = new PrintStream(OutputStream.nullOutputStream());
    CommandLine audit = Main.commandLine(new Screen(nowhere, nowhere, false, false));
    audit.parseArgs(arguments);
    return Objects.requireNonNull(audit.getSubcommands().get("run"));
  }

  private static String options(List<String> arguments) {
    RunCommand run =
        runCommand(Stream.concat(Stream.of("run"), arguments.stream()).toArray(String[]::new))
            .getCommand();
    return run.options().toString().replaceAll("where=[^]]*", "");
  }

  /** What stands in the file does what the option does, whatever its kind. */
  @ParameterizedTest
  @MethodSource("optionsOfRun")
  void holdsEveryOption(String name) throws IOException {
    List<String> sample = SAMPLES.get(name);
    assertThat(sample).as("a sample of --" + name).isNotNull();
    var options = new ArrayList<>(List.of("--source", "stdin", "--transport", "memory"));
    if (options.contains("--" + name)) {
      int at = options.indexOf("--" + name);
      options.subList(at, at + 2).clear();
    }
    var withOption = new ArrayList<>(options);
    Map<String, String> lists = Map.of("plugins", "/", "include", "kernel", "exclude", "USER_CMD");
    if (lists.containsKey(name)) { // given twice
      withOption.addAll(List.of("--" + name, lists.get(name)));
    }
    withOption.add("--" + name);
    if (!sample.get(0).isEmpty()) {
      withOption.add(sample.get(0));
    }
    Path file = Files.writeString(directory.resolve("a.conf"), name + " = " + sample.get(1) + "\n");
    var withFile = new ArrayList<>(options);
    withFile.addAll(List.of("--config", file.toString()));

    try {
      assertThat(options(withFile)).isEqualTo(options(withOption));
      assertThat(ToolLogger.isDebug()).isEqualTo(name.equals("debug"));
    } finally {
      ToolLogger.setDebug(false);
    }
  }

  @Test
  void takesNullAsAnIdAndElsewhereAsNothing() throws IOException {
    CommandResult result =
        run("a.conf", "source = \"generate:1\"\ntransport = null\nsummary = null\n");

    assertThat(result.complaint()).isEmpty();
    assertThat(result.outLines().get(0)).isEqualTo("generate:1 -> mainline -> null");
    assertThat(run("b.conf", "source = null\ntransport = null\n").complaint())
        .contains("line 1: source: there is no source 'null'");
  }

  @Test
  void takesListsAsPropertiesAndSettingsWriteThem() throws IOException {
    assertThat(
            run(
                    "a.properties",
                    "source=generate:1\ntransport=null\nplugins.0=/nowhere\nplugins.1=/tmp\n")
                .complaint())
        .endsWith(
            "a.properties: plugins: '/nowhere' is not a directory; give one that holds plug-in"
                + " jars");
    assertThat(
            run("a.conf", "source = \"generate:1\"\ntransport = null\nset = [\"rate=9999\"]\n")
                .code())
        .isZero();
    assertThat(run("b.conf", "set = [rate]\n").complaint())
        .endsWith("b.conf line 1: set: 'rate' is not valid; it takes KEY=VALUE");
  }

  @Test
  void includesOtherFilesAndKnowsTheOptionOfThatName() throws IOException {
    Files.writeString(directory.resolve("part.conf"), "source = \"generate:3\"\n");
    assertThat(
            run("a.conf", "include \"part.conf\"\ntransport = null\ninclude = [SYSCALL]\n")
                .outLines())
        .contains("  dropped    3 (filtered 3)");
    assertThat(run("b.conf", "include \"none.conf\"\n").complaint())
        .startsWith("audit run: --config: ")
        .endsWith("none.conf: cannot be read: there is no such file");
    assertThat(run("c.conf", "include \"c.conf\"\n").complaint())
        .endsWith("c.conf: files include each other without an end");
  }

  @Test
  void refusesWhatHasNoPlaceInAFile() throws IOException {
    assertThat(run("a.conf", "config = other.conf\n").complaint())
        .endsWith(
            "a.conf line 1: config: a configuration file names no other; write include \"FILE\"");
    assertThat(run("a.conf", "source { path = in.log }\n").complaint())
        .endsWith("a.conf line 1: source has keys of its own; it takes a value");
    assertThat(run("a.conf", "transport = null\nsource = stdin\nquiet = perhaps\n").complaint())
        .endsWith("a.conf line 3: quiet: 'perhaps' is not valid; it takes true or false");
  }

  @Test
  void refusesAKeyOfVeryManyPartsAndWhatIsNotUtf8() throws IOException {
    assertThat(run("a.properties", "source=stdin\nset." + ".".repeat(20_000) + "=1\n").complaint())
        .contains("a.properties: a key has more than 100 dots: set....");
    for (String name : List.of("a.conf", "a.json", "a.properties")) {
      Path file = directory.resolve(name);
      Files.write(file, new byte[] {'a', '=', (byte) 0xff});
      assertThat(run("b.conf", "include \"" + name + "\"\n").complaint())
          .endsWith(name + ": is not in UTF-8; save it in that encoding");
    }
  }

  @Test
  void refusesAnEscapeThatIsNoCharacter() throws IOException {
    for (String name : List.of("a.conf", "a.json")) {
      assertThat(run(name, "{\"source\": \"\\u-123\"}\n").complaint())
          .contains(name + ": an escape \\u is wrong: ");
    }
  }

  @Test
  void namesTheFileTheLineAndTheNearestKey() throws IOException {
    CommandResult result = run("a.conf", "source = stdin\n\nbacklog-limt = 5\n");

    assertThat(result.complaint())
        .isEqualTo(
            "audit run: "
                + directory.resolve("a.conf")
                + " line 3: backlog-limt is not a known key; did you mean backlog-limit?");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void namesTheFileAndTheLineOfABadValue() throws IOException {
    CommandResult result =
        run("a.conf", "source = stdin\ntransport = \"null\"\nbacklog-limit = -1\n");

    assertThat(result.complaint())
        .isEqualTo(
            "audit run: "
                + directory.resolve("a.conf")
                + " line 3: backlog-limit: '-1' is not valid; it takes a whole number between 0 and"
                + " 2147483646");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void namesTheFileAndTheLineOfABadSetting() throws IOException {
    CommandResult result =
        run("a.conf", "source = stdin\ntransport = \"null\"\nset { rate = 3 }\n");

    assertThat(result.complaint())
        .startsWith(
            "audit run: " + directory.resolve("a.conf") + " line 3: set.rate: 'rate' is not known");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void refusesAList() throws IOException {
    assertThat(run("a.conf", "source = [a, b]\n").complaint())
        .endsWith("a.conf line 1: source is a list; it takes one value");
  }

  @Test
  void refusesWhatIsNoConfiguration() throws IOException {
    CommandResult result = run("a.conf", "source = {\n");

    assertThat(result.complaint()).startsWith("audit run: --config: ").contains("a.conf: ");
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void refusesAFileThatIsNotThere() {
    CommandResult result = Tool.run("run", "--config", "/nowhere/a.conf");

    assertThat(result.complaint())
        .isEqualTo("audit run: --config: '/nowhere/a.conf' cannot be read: there is no such file");
    assertThat(result.code()).isEqualTo(2);
    assertThat(Tool.run("run", "--config", directory.toString()).complaint())
        .endsWith("cannot be read: it is not a file");
  }

  @Test
  void isNotReplacedByTheSummary() throws IOException {
    Path file = directory.resolve("a.conf");
    String text = "source = \"generate:1\"\ntransport = null\nsummary = \"" + file + "\"\n";

    assertThat(run("a.conf", text).complaint())
        .endsWith(
            "a.conf' is a file of the configuration, and would take its place; choose another"
                + " file");
    assertThat(file).hasContent(text);
  }

  /** A pipe would wait for its writer, and some devices have no end. */
  @Test
  @Timeout(60)
  void refusesAPipeAndADevice() throws Exception {
    Path pipe = directory.resolve("pipe.conf");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThat(run("a.conf", "include \"pipe.conf\"\n").complaint())
        .endsWith("pipe.conf: cannot be read: it is not a file");
    assertThat(run("b.conf", "include \"/dev/zero\"\n").complaint())
        .endsWith("/dev/zero: cannot be read: it is not a file");
    assertThat(Tool.run("run", "--config", pipe.toString()).complaint())
        .endsWith("cannot be read: it is not a file");
  }
}
