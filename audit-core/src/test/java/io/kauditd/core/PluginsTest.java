// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real jars, good and bad, on the class path and in a plug-in directory. */
class PluginsTest {
  /** Where a jar is put. */
  enum Place {
    CLASS_PATH,
    DIRECTORY
  }

  @TempDir Path scratch;
  private Path jars;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<PluginFailure> warned = new ArrayList<>();

  @BeforeEach
  void makeDirectory() throws IOException {
    jars = Files.createDirectory(scratch.resolve("plugins"));
  }

  @AfterEach
  void closeLoaders() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private PluginJar jar() {
    return new PluginJar(scratch);
  }

  /** Loads all jars in the directory, one way or the other. */
  private Plugins load(Place place) throws IOException {
    var builder = Plugins.builder().onFailure(warned::add);
    if (place == Place.DIRECTORY) {
      builder.directory(jars);
    } else {
      try (var files = Files.list(jars)) {
        URL[] urls = files.sorted().map(PluginsTest::url).toArray(URL[]::new);
        var loader = new URLClassLoader(urls, getClass().getClassLoader());
        open.add(loader);
        builder.classLoader(loader);
      }
    }
    Plugins plugins = builder.load();
    open.add(plugins);
    assertThat(warned).isEqualTo(plugins.failures());
    return plugins;
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path good() {
    return jar().transport("good.GoodProvider", "good").build(jars.resolve("good.jar"));
  }

  private static void assertGoodWorks(Plugins plugins) {
    assertThat(plugins.newTransport("good", Map.of())).hasToString("made by good.GoodProvider");
  }

  /** The one failure there is, whose origin is the jar. */
  private static String onlyFailure(Plugins plugins, Path jar) {
    assertThat(plugins.failures()).hasSize(1);
    PluginFailure failure = plugins.failures().get(0);
    assertThat(failure.origin()).isEqualTo(jar.toString());
    return failure.reason();
  }

  @ParameterizedTest
  @EnumSource
  void findsAProviderAndSaysWhereItIsFrom(Place place) throws IOException {
    Path jar = good();
    Plugins plugins = load(place);

    PluginEntry entry = plugins.find(PluginKind.TRANSPORT, "good");
    assertThat(entry.origin()).isEqualTo(jar.toString());
    assertThat(entry.description()).isEqualTo("for a test");
    assertThat(entry.spiVersion()).isEqualTo(1);
    assertThat(plugins.failures()).isEmpty();
    assertGoodWorks(plugins);
  }

  @ParameterizedTest
  @EnumSource
  void namesWhatThereIsForAnUnknownId(Place place) throws IOException {
    good();
    Plugins plugins = load(place);

    assertThatThrownBy(() -> plugins.newTransport("godo", Map.of()))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith("there is no transport 'godo'; there is ")
        .hasMessageContaining("good");
    assertThatThrownBy(() -> plugins.newTransport("netlink", Map.of()))
        .hasMessageEndingWith("; add the artifact io.kauditd:audit-transport-netlink");
  }

  @ParameterizedTest
  @EnumSource
  void refusesTwoOfOneIdOnlyWhenItIsPicked(Place place) throws IOException {
    good();
    Path one = jar().transport("one.P", "same").build(jars.resolve("one.jar"));
    Path two = jar().transport("two.P", "same").build(jars.resolve("two.jar"));
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(plugins.failures()).isEmpty();
    assertThatThrownBy(() -> plugins.newTransport("same", Map.of()))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "there are 2 plug-ins for transport 'same', in "
                + one
                + " and in "
                + two
                + "; remove all but one");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnotherSpiVersion(Place place) throws IOException {
    good();
    String source = PluginJar.provider("newer.P", "newer", "");
    Path jar =
        jar()
            .source("newer.P", source.replace("SpiVersion.CURRENT", "2"))
            .service("newer.P")
            .build(jars.resolve("newer.jar"));
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar))
        .isEqualTo(
            "it was compiled against version 2 of the SPI and this program has version 1; use a"
                + " newer kauditd or an older version of the plug-in");
    assertThatThrownBy(() -> plugins.newTransport("newer", Map.of()))
        .hasMessageStartingWith("transport 'newer' cannot be used: " + jar + ": it was compiled")
        .hasMessageContaining("; there is ");
  }

  @ParameterizedTest
  @EnumSource
  void saysWhichClassIsMissingAbove(Place place) throws IOException {
    good();
    Path jar =
        jar()
            .source("lib.Base", "package lib; public class Base {}")
            .source(
                "needy.P",
                PluginJar.provider("needy.P", "needy", "")
                    .replace("class P ", "class P extends lib.Base "))
            .service("needy.P")
            .without("lib.Base")
            .build(jars.resolve("needy.jar"));
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar))
        .isEqualTo(
            "needy.P cannot be loaded: it needs the class lib.Base, which is not there; put the"
                + " library that has it beside the plug-in");
    assertThatThrownBy(() -> plugins.newTransport("needy", Map.of()))
        .hasMessageContaining("it may be one of those that could not be loaded: " + jar);
  }

  @ParameterizedTest
  @EnumSource
  void saysWhichClassIsMissingInside(Place place) throws IOException {
    good();
    Path jar =
        jar()
            .source("lib.Tool", "package lib; public class Tool {}")
            .transport("needy.P", "needy", "public P() { new lib.Tool(); }")
            .without("lib.Tool")
            .build(jars.resolve("needy.jar"));
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar)).contains("it needs the class lib.Tool");
  }

  @ParameterizedTest
  @EnumSource
  void survivesAConstructorThatThrows(Place place) throws IOException {
    Path jar =
        jar()
            .transport(
                "a.P", "a", "public P() { throw new IllegalStateException(\"no licence\"); }")
            .build(jars.resolve("a-first.jar"));
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar))
        .isEqualTo("a.P cannot be loaded: it threw java.lang.IllegalStateException: no licence");
  }

  @ParameterizedTest
  @EnumSource
  void survivesAStaticInitialiserThatThrows(Place place) throws IOException {
    Path jar =
        jar()
            .transport("a.P", "a", "static int x = Integer.parseInt(\"x\");")
            .build(jars.resolve("a-first.jar"));
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar)).contains("NumberFormatException");
  }

  @ParameterizedTest
  @EnumSource
  void survivesAnIdThatThrows(Place place) throws IOException {
    Path jar =
        jar()
            .source(
                "a.P",
                PluginJar.provider("a.P", "a", "")
                    .replace("return \"a\";", "throw new AssertionError(\"never\");"))
            .service("a.P")
            .build(jars.resolve("a-first.jar"));
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar))
        .isEqualTo("a.P cannot be asked: it threw java.lang.AssertionError: never");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnswersThatAreNotAsTheSpiSays(Place place) throws IOException {
    jar().transport("a.P", "No Id").build(jars.resolve("a.jar"));
    jar()
        .transport(
            "b.P",
            "b",
            """
            static final PluginOption<String> X = PluginOption.string("x", "x");
            public java.util.List<PluginOption<?>> options() { return java.util.List.of(X, X); }
            """)
        .build(jars.resolve("b.jar"));
    jar()
        .transport(
            "c.P",
            "c",
            """
            public PluginOption<?> argument() {
              return PluginOption.string("x", "x");
            }
            """)
        .build(jars.resolve("c.jar"));
    jar()
        .transport("d.P", "d", "public java.util.List<PluginOption<?>> options() { return null; }")
        .build(jars.resolve("d.jar"));
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(plugins.failures())
        .extracting(PluginFailure::reason)
        .satisfiesExactly(
            a -> assertThat(a).contains("its id 'No Id' is not valid; an id has lower-case"),
            b -> assertThat(b).contains("it declares the option 'x' twice"),
            c -> assertThat(c).contains("its argument 'x' is not one of its options"),
            d -> assertThat(d).contains("NullPointerException"));
  }

  @ParameterizedTest
  @EnumSource
  void survivesAServicesFileThatNamesNothing(Place place) throws IOException {
    Path jar = jar().service("gone.P").build(jars.resolve("a-first.jar"));
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar))
        .isEqualTo(
            "gone.P is not there; correct the name in"
                + " META-INF/services/io.kauditd.spi.TransportProvider, or pack the class");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatAProviderMustBePublic(Place place) throws IOException {
    Path jar =
        jar()
            .source(
                "shy.P", PluginJar.provider("shy.P", "shy", "").replace("public class", "class"))
            .service("shy.P")
            .build(jars.resolve("a-first.jar"));
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar))
        .isEqualTo(
            "shy.P cannot be loaded: it must be a public class with a public constructor without"
                + " arguments");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatAProviderIsMadeWithoutArguments(Place place) throws IOException {
    Path jar =
        jar().transport("fussy.P", "fussy", "public P(int size) {}").build(jars.resolve("a.jar"));
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar))
        .isEqualTo(
            "fussy.P cannot be loaded: it must be a public class with a public constructor without"
                + " arguments");
  }

  @ParameterizedTest
  @EnumSource
  void survivesAServicesFileThatIsNone(Place place) throws IOException {
    Path jar = jar().service("this is no class").build(jars.resolve("a-first.jar"));
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar))
        .isEqualTo(
            "META-INF/services/io.kauditd.spi.TransportProvider: 'this is no class' is not a class"
                + " name");
  }

  @Test
  void saysWhatABadLineInAServicesFileHides() throws IOException {
    Path jar = jar().transport("a.P", "a").service("this is no class").build(jars.resolve("a.jar"));
    Plugins plugins = load(Place.CLASS_PATH);

    assertThat(plugins.failures())
        .extracting(PluginFailure::toString)
        .containsExactly(
            jar
                + ": META-INF/services/io.kauditd.spi.TransportProvider: 'this is no class' is not"
                + " a class name",
            jar + ": a.P was passed over, for another line of the services file is wrong");
  }

  @ParameterizedTest
  @EnumSource
  void survivesAClassThatIsNoProvider(Place place) throws IOException {
    Path jar =
        jar()
            .source("odd.P", "package odd; public class P {}")
            .service("odd.P")
            .build(jars.resolve("a-first.jar"));
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar)).startsWith("odd.P cannot be loaded: ");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatAClassIsForANewerJava(Place place) throws IOException {
    Path jar =
        jar()
            .transport("future.P", "future")
            .patched(bytes -> {
              bytes[7] = 120; // the class file's major version
              return bytes;
            })
            .build(jars.resolve("a-first.jar"));
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    assertThat(onlyFailure(plugins, jar))
        .contains("it was compiled for a newer Java than this one");
  }

  @ParameterizedTest
  @EnumSource
  void survivesAJarThatIsNoJar(Place place) throws IOException {
    Path jar = Files.writeString(jars.resolve("a-first.jar"), "no zip at all");
    good();
    Plugins plugins = load(place);

    assertGoodWorks(plugins);
    if (place == Place.DIRECTORY) {
      assertThat(onlyFailure(plugins, jar))
          .startsWith("it is not a jar, or a damaged one: ")
          .doesNotContain("java.");
    } else {
      assertThat(plugins.failures()).isEmpty(); // the JVM passes over it without a word
    }
  }

  @ParameterizedTest
  @EnumSource
  void containsWhatCreateThrows(Place place) throws IOException {
    String throwing = PluginJar.provider("a.P", "a", "");
    Path jar =
        jar()
            .source(
                "a.P",
                throwing.replace(
                    "return new Transport()",
                    "if (true) throw new"
                        + " IllegalStateException(\"boom\"); return new Transport()"))
            .service("a.P")
            .build(jars.resolve("a.jar"));
    Plugins plugins = load(place);

    assertThatThrownBy(() -> plugins.newTransport("a", Map.of()))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "transport 'a' from "
                + jar
                + " cannot be made: it threw java.lang.IllegalStateException: boom");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnOptionThePluginDoesNotKnow(Place place) throws IOException {
    good();
    Plugins plugins = load(place);

    assertThatThrownBy(() -> plugins.newTransport("good", Map.of("colour", "red")))
        .isInstanceOf(PluginException.class)
        .hasMessage("transport 'good': option 'colour' is not known; there are no options");
  }

  @Test
  void saysWhereTheArgumentGoesThatWasWrittenIntoTheId() {
    try (Plugins all = Plugins.load()) {
      assertThatThrownBy(() -> all.newTransport("memory:10", Map.of()))
          .hasMessageStartingWith(
              "there is no transport 'memory:10'; what stands behind the colon is the option 'keep'"
                  + " and goes into the options; there is memory, null");
    }
  }

  @Test
  void warnsInTheLogWhereNobodyListens() {
    Plugins plugins = Plugins.load(scratch.resolve("not-there"));

    assertThat(plugins.failures()).hasSize(1);
    assertThat(plugins.failures().get(0).toString())
        .isEqualTo(
            scratch.resolve("not-there") + ": it cannot be listed: No such file or directory");
    plugins.close();
  }
}
