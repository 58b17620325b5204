// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what happens. */
public class ReadmeTest {
  public static final Path ROOT = projectRoot();

  @TempDir private Path dir;

  private static Path projectRoot() {
    Path path = Path.of("").toAbsolutePath();
    while (path != null && !Files.exists(path.resolve("CONTRIBUTING.md"))) {
      path = path.getParent();
    }
    return Objects.requireNonNull(path, "the project's root");
  }

  @Test
  void theEmbeddingExampleRunsAsItStands() throws Exception {
    Path log = dir.resolve("app.log");
    String source =
        block("java").replace("/tmp/kauditd-app.log", log.toString().replace("\\", "\\\\"));
    compile(source);

    Process process =
        new ProcessBuilder(
                Program.java(),
                "-cp",
                dir + System.getProperty("path.separator") + classPath(),
                "Embedding")
            .redirectErrorStream(true)
            .start();
    String out =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();

    assertThat(out).contains("1 delivered, 0 lost");
    assertThat(Files.readString(log))
        .startsWith("type=USER_LOGIN msg=audit(")
        .contains("acct=\"alice\"");
  }

  @Test
  void everyDocumentThatTheReadmeNamesIsThere() throws IOException {
    Matcher links = Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(readme());
    List<String> missing =
        links
            .results()
            .map(link -> link.group(1))
            .filter(target -> !Files.exists(ROOT.resolve(target)))
            .toList();

    assertThat(missing).isEmpty();
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  private static String block(String language) throws IOException {
    Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(readme());
    assertThat(block.find()).as("a block of %s", language).isTrue();
    return block.group(1);
  }

  /** The class path of this test, or what stands for it on the module path. */
  private static String classPath() {
    return System.getProperty("java.class.path")
        + System.getProperty("path.separator")
        + Objects.requireNonNullElse(System.getProperty("jdk.module.path"), "");
  }

  private void compile(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///Embedding.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("-d", dir.toString(), "-cp", classPath(), "-proc:none"),
                null,
                List.of(file))
            .call();
    assertThat(compiled).as(messages.toString().lines().collect(Collectors.joining("; "))).isTrue();
  }
}
