// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.spi.OpenResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plug-in directory does beyond the class path: each plug-in has its own class loader. */
class PluginDirectoryTest {
  @TempDir Path scratch;
  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectory(scratch.resolve("plugins"));
  }

  private PluginJar jar() {
    return new PluginJar(scratch);
  }

  private Plugins load() {
    return Plugins.builder().directory(directory).onFailure(failure -> {}).load();
  }

  private Path library(Path jar, int version) {
    return jar()
        .source(
            "lib.Version",
            "package lib; public class Version { public static int n() { return "
                + version
                + "; } }")
        .build(jar);
  }

  private void pluginWithLibrary(String id, int version) throws IOException {
    Path own = Files.createDirectory(directory.resolve(id));
    Path library = library(own.resolve("lib.jar"), version);
    jar()
        .against(library)
        .transport(id + ".P", id, "public String toString() { return \"lib \" + lib.Version.n(); }")
        .build(own.resolve("plugin.jar"));
  }

  private static String libraryOf(Plugins plugins, String id) {
    return plugins.find(PluginKind.TRANSPORT, id).provider().toString();
  }

  @Test
  void givesEachPluginItsOwnVersionOfALibrary() throws IOException {
    pluginWithLibrary("one", 1);
    pluginWithLibrary("two", 2);
    Plugins plugins = load();

    assertThat(plugins.failures()).isEmpty();
    assertThat(libraryOf(plugins, "one")).isEqualTo("lib 1");
    assertThat(libraryOf(plugins, "two")).isEqualTo("lib 2");
    plugins.close();
  }

  @Test
  void givesAPluginItsOwnVersionWhereTheApplicationHasAnother() throws IOException {
    Path application = library(scratch.resolve("application.jar"), 7);
    pluginWithLibrary("one", 1);
    try (var loader =
            new URLClassLoader(
                new URL[] {application.toUri().toURL()}, getClass().getClassLoader());
        Plugins plugins = Plugins.builder().classLoader(loader).directory(directory).load()) {
      assertThat(libraryOf(plugins, "one")).isEqualTo("lib 1");
    }
  }

  @Test
  void sharesTheSpiEvenWithAPluginThatPackedItToo() throws IOException {
    Path api = PluginJar.codeSource(TransportProvider.class);
    Path jar = jar().transport("fat.P", "fat").build(directory.resolve("fat.jar"));
    try (var files = java.nio.file.FileSystems.newFileSystem(jar)) {
      Path spi = Files.createDirectories(files.getPath("io/kauditd/spi"));
      for (String name : List.of("TransportProvider.class", "PluginProvider.class")) {
        Files.write(
            spi.resolve(name), TransportProvider.class.getResourceAsStream(name).readAllBytes());
      }
    }
    Plugins plugins = load();

    assertThat(api).exists();
    assertThat(plugins.failures()).isEmpty();
    assertThat(plugins.newTransport("fat", Map.of())).hasToString("made by fat.P");
    plugins.close();
  }

  @Test
  void takesAJarMadeForTheModulePathAlone() {
    Path jar =
        jar()
            .source(
                "module-info",
                "module stranger { requires io.kauditd.api; provides"
                    + " io.kauditd.spi.TransportProvider with stranger.P; }")
            .source("stranger.P", PluginJar.provider("stranger.P", "stranger", ""))
            .build(directory.resolve("stranger.jar"));
    Plugins plugins = load();

    assertThat(plugins.failures()).isEmpty();
    assertThat(plugins.find(PluginKind.TRANSPORT, "stranger").origin()).isEqualTo(jar.toString());
    plugins.close();
  }

  @Test
  void takesAProviderMethod() {
    jar()
        .source(
            "made.P",
            PluginJar.provider(
                "made.P",
                "made",
                "private P() {}"
                    + " public static TransportProvider provider() { return new P(); }"))
        .service("made.P")
        .build(directory.resolve("made.jar"));
    Plugins plugins = load();

    assertThat(plugins.failures()).isEmpty();
    assertThat(plugins.newTransport("made", Map.of())).hasToString("made by made.P");
    plugins.close();
  }

  @Test
  void saysThatALibraryOnItsOwnIsInTheWrongPlace() {
    library(directory.resolve("lib.jar"), 1);
    Plugins plugins = load();

    assertThat(plugins.failures())
        .singleElement()
        .satisfies(failure -> {
          assertThat(failure.origin()).endsWith("plugins/lib.jar");
          assertThat(failure.reason())
              .startsWith("there is no plug-in in it")
              .endsWith(
                  "a library belongs beside the plug-in that uses it, in a directory of"
                      + " their own");
        });
  }

  @Test
  void saysThatAServicesFileHasAnotherName() {
    new PluginJar(scratch)
        .source("odd.P", PluginJar.provider("odd.P", "odd", ""))
        .file("META-INF/services/io.kauditd.spi.Transport", "odd.P")
        .build(directory.resolve("odd.jar"));
    Plugins plugins = load();

    assertThat(plugins.failures())
        .singleElement()
        .satisfies(failure ->
            assertThat(failure.reason())
                .contains("META-INF/services/io.kauditd.spi.{TransportProvider, ")
                .endsWith(
                    "it has META-INF/services/io.kauditd.spi.Transport, which is read by nobody"));
  }

  @Test
  void takesAJarHoweverItsSuffixIsWritten() {
    new PluginJar(scratch).transport("loud.P", "loud").build(directory.resolve("LOUD.JAR"));
    Plugins plugins = load();

    assertThat(plugins.find(PluginKind.TRANSPORT, "loud").origin()).endsWith("LOUD.JAR");
    plugins.close();
  }

  @Test
  void passesOverWhatIsNoPlugin() throws IOException {
    Files.writeString(directory.resolve("README"), "words");
    Files.writeString(directory.resolve(".hidden.jar"), "words");
    Files.createDirectory(directory.resolve("empty"));
    Plugins plugins = load();

    assertThat(plugins.failures())
        .singleElement()
        .hasToString(directory.resolve("empty") + ": there is no jar in this directory");
  }

  @Test
  void usesTheGoodJarsOfAPluginThatHasABadOneToo() throws IOException {
    pluginWithLibrary("one", 1);
    Path bad = Files.writeString(directory.resolve("one").resolve("zz.jar"), "no zip");
    Plugins plugins = load();

    assertThat(libraryOf(plugins, "one")).isEqualTo("lib 1");
    assertThat(plugins.failures())
        .extracting(PluginFailure::origin)
        .containsExactly(bad.toString());
    plugins.close();
  }

  @Test
  void callsAPluginWithItsOwnLoaderAsTheThreads() {
    String source =
        PluginJar.provider("ctx.P", "ctx", "")
            .replace(
                "return OpenResult.listening();",
                "return OpenResult.failed("
                    + "Thread.currentThread().getContextClassLoader().getName());");
    jar().source("ctx.P", source).service("ctx.P").build(directory.resolve("ctx.jar"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Plugins plugins = load();
    Transport transport = plugins.newTransport("ctx", Map.of());

    @SuppressWarnings("NullAway") // this transport does not use its context
    OpenResult result = transport.open(null);

    assertThat(result).isEqualTo(OpenResult.failed("plug-in ctx.jar"));
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    transport.reset();
    transport.close();
    plugins.close();
  }

  @Test
  void refusesTheSameJarTwiceWhenItIsPicked() throws IOException {
    Path one = jar().transport("twin.P", "twin").build(directory.resolve("one.jar"));
    Files.copy(one, directory.resolve("two.jar"));
    Plugins plugins = load();

    assertThatThrownBy(() -> plugins.find(PluginKind.TRANSPORT, "twin"))
        .hasMessageContaining("in " + one + " and in " + directory.resolve("two.jar"));
    plugins.close();
  }
}
