// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.cli.RunArguments;
import io.kauditd.cli.Tool;
import io.kauditd.cli.command.Json;
import io.kauditd.fixtures.CommandResult;
import io.kauditd.spi.TransportProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code audit plugins}. */
class PluginsCommandTest {
  @TempDir Path directory;

  @Test
  void listsWhatThereIsAndWhereItIsFrom() {
    CommandResult result = Tool.run("plugins");

    assertThat(result.code()).isZero();
    assertThat(result.outLines())
        .contains("transports (--transport):", "policies (--policy):")
        .anySatisfy(line -> assertThat(line).startsWith("  generate:COUNT "))
        .anySatisfy(line -> assertThat(line).startsWith("  stub:MODE          A transport for"))
        .anySatisfy(line -> assertThat(line).contains("from ").contains("audit-core"));
    assertThat(result.out()).doesNotContain("could not be loaded");
  }

  @Test
  void listsTheSettings() {
    assertThat(Tool.run("plugins", "--options").outLines())
        .noneMatch(line -> line.endsWith("default ")) // of a text that is empty
        .contains(
            "      rate: records a second, 0 for as fast as they are taken",
            "          takes one of take, eagain, refuse, fault; default take",
            "          takes a size of at least 4KiB, such as 64KiB or 8MiB",
            "          takes a size between 4KiB and 1GiB, such as 64KiB or 8MiB; default 8MiB");
  }

  @Test
  void noNumberIsTooLongToBeRead() {
    assertThat(Tool.run("plugins", "--options").out()).doesNotContainPattern("[0-9]{11}");
  }

  @Test
  void saysWhatCouldNotBeLoadedAndWhy() throws IOException {
    Path bad = Files.writeString(directory.resolve("bad.jar"), "no zip");
    CommandResult result = Tool.run("plugins", "--plugins", directory.toString());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.outLines())
        .contains("could not be loaded:")
        .last()
        .asString()
        .startsWith("  " + bad + ": it is not a jar, or a damaged one: ");
  }

  @Test
  void saysWhichIdsSeveralPluginsHave() throws IOException {
    for (String name : List.of("one.jar", "two.jar")) {
      packStub(directory.resolve(name));
    }
    CommandResult result = Tool.run("plugins", "--plugins", directory.toString());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.outLines())
        .anySatisfy(line -> assertThat(line).endsWith("from " + directory.resolve("one.jar")))
        .anySatisfy(line -> assertThat(line).endsWith("from " + directory.resolve("two.jar")))
        .last()
        .isEqualTo(
            "cannot be picked: transport 'stub', which 3 plug-ins are called; remove all but one");
  }

  /** A jar with the stub transport in it once more. */
  private static void packStub(Path jar) throws IOException {
    Path classes = Path.of("target", "test-classes");
    String services = "META-INF/services/" + TransportProvider.class.getName();
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = classes.relativize(file).toString();
        if (name.equals(services) || name.startsWith("io/kauditd/cli/StubTransport")) {
          out.putNextEntry(new JarEntry(name));
          out.write(Files.readAllBytes(file));
          out.closeEntry();
        }
      }
    }
  }

  @Test
  void saysTheSameInJson() throws IOException {
    Path bad = Files.writeString(directory.resolve("bad.jar"), "no zip");
    Map<String, Object> document =
        Json.readObject(Tool.run("plugins", "--json", "--plugins", directory.toString()).out());

    assertThat((List<?>) document.get("failures"))
        .singleElement()
        .asString()
        .contains("origin=" + bad, "kind=null", "id=null", "reason=it is not a jar");
    assertThat((List<?>) document.get("plugins"))
        .anySatisfy(plugin ->
            assertThat(plugin.toString())
                .contains("kind=source", "id=generate", "spiVersion=1", "argument=count"));
  }

  @Test
  void findsABrokenJarNoReasonNotToRun() throws IOException {
    Files.writeString(directory.resolve("bad.jar"), "no zip");
    CommandResult result =
        Tool.run(
            RunArguments.of(
                directory.resolve("run"), "generate:1", "null", "--plugins", directory.toString()));

    assertThat(result.code()).isZero();
  }
}
