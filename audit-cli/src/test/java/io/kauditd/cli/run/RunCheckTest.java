// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.cli.OtherUser;
import io.kauditd.cli.Tool;
import io.kauditd.cli.ToolProcess;
import io.kauditd.fixtures.CommandResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code audit run --check} says what would run and what is in the way, and changes nothing. */
class RunCheckTest {
  @TempDir Path directory;

  private CommandResult check(String... more) throws IOException {
    List<String> before = files();
    Path runtime = directory.resolve("run");
    CommandResult result =
        Tool.run(
            Stream.concat(
                    Stream.of("run", "--check", "--runtime-dir", runtime.toString()),
                    Stream.of(more))
                .toArray(String[]::new));
    assertThat(files()).as("files after the check").isEqualTo(before);
    return result;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.map(Path::toString).sorted().toList();
    }
  }

  private Path in() throws IOException {
    return Files.writeString(directory.resolve("in.log"), "type=USER msg=audit(1.0:1): a\n");
  }

  @Test
  void showsWhatWouldRunAndStartsNothing() throws IOException {
    Path out = directory.resolve("out.log");

    CommandResult result =
        check(
            "--source",
            "file:" + in(),
            "--transport",
            "file:" + out,
            "--policy",
            "ordered",
            "--queue",
            "spool:" + directory.resolve("spool"),
            "--set",
            "follow=true",
            "--set",
            "checkpoint=" + directory.resolve("checkpoint"),
            "--exclude",
            "kernel",
            "--summary",
            directory.resolve("summary.json").toString(),
            "--metrics",
            "0");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.outLines())
        .anyMatch(line -> line.startsWith("source ") && line.contains("file:" + directory))
        .anyMatch(line -> line.startsWith("policy ") && line.contains("ordered"))
        .anyMatch(line -> line.startsWith("queue ") && line.contains("spool:"))
        .anyMatch(line -> line.strip().equals("follow = true"))
        .anyMatch(line -> line.startsWith("exclude ") && line.endsWith("kernel"))
        .endsWith("no problem was found; nothing was started");
    assertThat(result.outLines()).as("one screen").hasSizeLessThan(25);
  }

  @ParameterizedTest
  @CsvSource({
    "kernel, netlink:kernel, ''",
    "netlink, netlink:peer, ''",
    "netlink:77, netlink:peer, transport.port=77",
  })
  void aTransportThatSendsToWhereTheSourceReceivesFromIsRefused(
      String source, String transport, String setting) throws IOException {
    var arguments = new ArrayList<>(List.of("--source", source, "--transport", transport));
    if (!setting.isEmpty()) {
      arguments.addAll(List.of("--set", setting));
    }
    assertThat(check(arguments.toArray(String[]::new)).err())
        .contains(
            "source '%s' would receive what transport '%s' sends, without an end"
                .formatted(source, transport));
    assertThat(check("--source", "netlink:77", "--transport", "netlink:peer").err())
        .doesNotContain("without an end");
  }

  @Test
  void namesEverythingThatIsInTheWayAtOnce() throws IOException {
    Path spool = Files.createDirectory(directory.resolve("spool"));
    Files.writeString(spool.resolve("letter"), "no segment");
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CommandResult result =
          check(
              "--source", "file:" + directory.resolve("nowhere.log"),
              "--transport", "file:" + directory.resolve("gone/out.log"),
              "--queue", "spool:" + spool,
              "--summary", directory.resolve("gone/summary.json").toString(),
              "--metrics", String.valueOf(taken.getLocalPort()));

      assertThat(result.code()).isEqualTo(2);
      assertThat(result.err().lines())
          .allMatch(line -> line.startsWith("audit run: "))
          .anyMatch(line -> line.contains("nowhere.log: no such file"))
          .anyMatch(line -> line.contains("gone does not exist"))
          .anyMatch(line -> line.contains("not empty, and no spool"))
          .anyMatch(line -> line.contains("--summary"))
          .anyMatch(line -> line.contains("--metrics"))
          .hasSize(5);
      assertThat(result.out()).endsWith("5 problems\n");
    }
  }

  @Test
  void findsAnotherWriterOfTheLog() throws IOException {
    Path out = Files.writeString(directory.resolve("out.log"), "");
    try (FileChannel writer = FileChannel.open(out, StandardOpenOption.WRITE);
        var lock = writer.lock()) {
      CommandResult result = check("--source", "generate:1", "--transport", "file:" + out);

      assertThat(lock.isValid()).isTrue();
      assertThat(result.complaint()).contains("out.log is being written by");
      assertThat(result.code()).isEqualTo(2);
    }
  }

  @Test
  void findsACheckpointOfAnotherLogAndALogThatFeedsItself() throws IOException {
    Path checkpoint = Files.writeString(directory.resolve("checkpoint"), "no checkpoint\n");
    assertThat(
            check(
                    "--source",
                    "file:" + in(),
                    "--transport",
                    "null",
                    "--set",
                    "checkpoint=" + checkpoint)
                .complaint())
        .contains("checkpoint")
        .contains("nothing was read");

    CommandResult loop = check("--source", "file:" + in(), "--transport", "file:" + in());
    assertThat(loop.complaint()).contains("have a file in common");
    assertThat(loop.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "file:in.log, file:in.log, file:out.log, s.json, would be read again",
    "file:in.log, file:out.log, file:out.log, s.json, a log has one writer",
    "file:in.log, file:a.log, file:b.log, in.log, is a file of source",
    "file:in.log, file:a.log, file:b.log, b.log, is a file of transport",
    "netlink, netlink:peer, file:out.log, s.json, would receive what transport",
  })
  void aRunRefusesInTheSameWordsWhatTheCheckFinds(
      String source, String one, String other, String summary, String expected) throws IOException {
    in();
    String[] arguments = {
      "--source",
      in(source),
      "--transport",
      "one=" + in(one),
      "--transport",
      "two=" + in(other),
      "--summary",
      directory.resolve(summary).toString()
    };

    CommandResult run =
        Tool.run(Stream.concat(Stream.of("run"), Stream.of(arguments)).toArray(String[]::new));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.complaint()).contains(expected);
    assertThat(check(arguments).err().lines()).contains(run.complaint());
    assertThat(files()).as("a run that is refused writes nothing").hasSize(2);
  }

  private String in(String choice) {
    return choice.replace("file:", "file:" + directory + "/");
  }

  @ParameterizedTest
  @CsvSource({
    "spool:a, spool:a/../a, are one place",
    "spool:a, spool:in.log, in.log is not a directory; choose one",
    "spool:in.log/a, memory, cannot make the directory",
    "spool:gone/a, memory, gone does not exist; create it",
    "spool:open/a, memory, open is writable for everyone",
  })
  void aRunThatRefusesAQueueSaysSoInTheSameWordsAndMakesNothing(
      String hold, String main, String expected) throws IOException {
    in();
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    String spool = "spool:" + directory + "/";
    List<String> arguments =
        List.of(
            "--source=generate:1",
            "--transport=null",
            "--queue=" + hold.replace("spool:", spool),
            "--main-queue=" + main.replace("spool:", spool));
    List<String> before = files();

    CommandResult run =
        Tool.run(Stream.concat(Stream.of("run", "-q"), arguments.stream()).toArray(String[]::new));

    assertThat(run.code()).isIn(2, 3);
    assertThat(run.complaint()).contains(expected);
    assertThat(files()).isEqualTo(before);
    assertThat(check(arguments.toArray(String[]::new)).err().lines()).contains(run.complaint());
  }

  @ParameterizedTest
  @ValueSource(strings = {"in.log", "in.log/a", "in.log/a/b", "gone/a", "closed/a"})
  void whyARunHasNoSocketIsSaidInTheSameWords(String runtime) throws Exception {
    OtherUser.assumeThereIsOne();
    in();
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    var said = new ArrayList<String>();
    for (String option : List.of("--quiet", "--check")) {
      try (var tool =
          ToolProcess.startBy(
              List.of("setpriv", "--bounding-set=-dac_override"), // a root that obeys permissions
              directory,
              "run",
              "--source=generate:1",
              "--transport=null",
              option,
              "--runtime-dir=" + directory.resolve(runtime))) {
        said.add(tool.result().complaint());
      }
    }
    assertThat(said.getFirst()).startsWith("audit: 'audit status' will not see this run: ");
    assertThat(said.getLast().replace("audit run: --runtime-dir: ", ""))
        .isEqualTo(said.getFirst().replace("audit: 'audit status' will not see this run: ", ""));
  }

  @Test
  void namesEachRefusalAtOnce() throws IOException {
    String log = in().toString();

    CommandResult result =
        check(
            "--source", "file:" + log,
            "--transport", "one=file:" + log,
            "--transport", "two=file:" + log,
            "--summary", log);

    assertThat(result.err().lines())
        .filteredOn(line -> line.contains("have a file in common"))
        .as("the source and each transport, and the two transports")
        .hasSize(3);
    assertThat(result.err().lines()).filteredOn(line -> line.contains("--summary: ")).hasSize(3);
  }

  @Test
  void whatIsWrongInTheConfigurationIsSaidAsARunSaysIt() throws IOException {
    Path config = Files.writeString(directory.resolve("a.conf"), "sourze = stdin\n");

    CommandResult result = check("--config", config.toString());

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.complaint()).contains("sourze").contains("source");
  }

  @Test
  void findsADirectoryThatOthersCouldPutSocketsInto() throws IOException {
    Path runtime = Files.createDirectory(directory.resolve("run"));
    Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwxrwxrwx"));

    CommandResult result = check("--source", "generate:1", "--transport", "null");

    assertThat(result.complaint())
        .isEqualTo(
            "audit run: --runtime-dir: %s is open to other users; 'chmod 700 %s' makes it private"
                .formatted(runtime, runtime));
    assertThat(result.code()).isEqualTo(2);
  }

  /** Nobody but root may give a file to a group that he is not in, and this root may not either. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void saysThatItsUserIsNotInTheGroupThatIsNamed(boolean onlyChecked) throws Exception {
    String user = System.getProperty("user.name");
    var starter = new ArrayList<String>();
    if (user.equals("root")) {
      OtherUser.assumeThereIsOne();
      starter.addAll(List.of("setpriv", "--bounding-set=-chown"));
    }
    var arguments = new ArrayList<>(List.of("run", "--source", "generate:1"));
    arguments.addAll(List.of("--transport", "null", "--status-group", "daemon"));
    arguments.addAll(List.of("--runtime-dir", directory.resolve("run").toString()));
    if (onlyChecked) {
      arguments.add("--check");
    }
    try (var tool = ToolProcess.startBy(starter, directory, arguments.toArray(String[]::new))) {
      CommandResult result = tool.result();

      assertThat(result.complaint())
          .contains(
              "--status-group: the user '%s' is not in the group 'daemon', and so cannot give it"
                      .formatted(user)
                  + " the status socket; put the user into the group, or name one that the user is"
                  + " in");
      assertThat(result.code()).isEqualTo(onlyChecked ? 2 : 0);
    }
  }
}
