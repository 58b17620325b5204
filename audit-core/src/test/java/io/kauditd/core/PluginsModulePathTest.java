// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Program;
import io.kauditd.spi.PluginProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** Real modules, good and bad, on the module path of a JVM of their own, and in a layer in it. */
class PluginsModulePathTest {
  /** Prints what is found, what failed, and what comes of picking the ids in the arguments. */
  private static final String PROBE =
      """
      package probe;
      import io.kauditd.core.*;
      import java.lang.module.*;
      import java.nio.file.Path;
      import java.util.*;
      public class Probe {
        public static void main(String[] args) {
          PluginsBuilder builder = Plugins.builder().onFailure(f -> {});
          if (!args[0].equals("-")) {
            var finder = ModuleFinder.of(Path.of(args[0]));
            var names = finder.findAll().stream().map(m -> m.descriptor().name()).toList();
            var boot = ModuleLayer.boot();
            var configuration =
                boot.configuration().resolveAndBind(finder, ModuleFinder.of(), names);
            builder.layer(
                boot.defineModulesWithManyLoaders(configuration, Probe.class.getClassLoader()));
          }
          Plugins plugins = builder.load();
          plugins.found().forEach(e -> System.out.println("found " + e.id() + " " + e.origin()));
          plugins.failures().forEach(f -> System.out.println("failed " + f));
          for (String id : List.of(args).subList(1, args.length)) {
            try {
              System.out.println("picked " + plugins.newTransport(id, Map.of()));
            } catch (PluginException e) {
              System.out.println("refused " + e.getMessage());
            }
          }
        }
      }
      """;

  @TempDir Path scratch;
  private Path modules;

  @BeforeEach
  void makeDirectory() throws IOException {
    modules = Files.createDirectory(scratch.resolve("modules"));
  }

  private PluginJar jar() {
    return new PluginJar(scratch);
  }

  /** A module of its own with one provider. */
  private PluginJar module(String name, String id, String body) {
    String provider = name + ".P";
    return jar()
        .source(
            "module-info",
            "module %s { requires io.kauditd.api; provides io.kauditd.spi.TransportProvider with %s; }"
                .formatted(name, provider))
        .source(provider, PluginJar.provider(provider, id, body));
  }

  /** The annotations are for those who check nullness; nobody else needs their module. */
  @Test
  void usersCompileWithoutTheModuleOfTheAnnotations() {
    String user =
        """
        package user;
        import io.kauditd.api.*;
        import io.kauditd.core.*;
        import io.kauditd.spi.*;
        class User {
          String why(SendResult result) { return result.reason(); }
          AuditRecord plain(AuditRecord record) { return record.withHead(null); }
          AuditRecord next(RecordBatch batch) { return batch.next(); }
          <T> T find(PluginConfig config, PluginOption<T> option) { return config.find(option); }
          Routing rest(FailedSend failure) { return KernelPolicy.MAINLINE.routeRest(failure); }
        }
        """;
    Path jar =
        jar()
            .against(PluginJar.codeSource(Plugins.class))
            .against(PluginJar.codeSource(Logger.class))
            .source("module-info", "module user { requires io.kauditd.core; }")
            .source("user.User", user)
            .build(scratch.resolve("user.jar"));

    assertThat(jar).exists();
  }

  /** The lines that the probe prints; the modules stand on its module path, or in a layer. */
  private List<String> probe(boolean inLayer, String... ids) throws Exception {
    Path core = PluginJar.codeSource(Plugins.class);
    Path slf4j = PluginJar.codeSource(Logger.class);
    Path api = PluginJar.codeSource(PluginProvider.class);
    Path probe =
        jar()
            .against(core)
            .against(slf4j)
            .source("module-info", "module probe { requires io.kauditd.core; }")
            .source("probe.Probe", PROBE)
            .build(scratch.resolve("probe.jar"));
    var path = new ArrayList<>(List.of(api, core, slf4j, probe));
    if (!inLayer) {
      path.add(modules);
    }
    var command =
        new ArrayList<>(
            List.of(
                Program.java(),
                "-XX:TieredStopAtLevel=1",
                "--module-path",
                String.join(":", path.stream().map(Path::toString).toList()),
                "--module",
                "probe/probe.Probe",
                inLayer ? modules.toString() : "-"));
    command.addAll(List.of(ids));
    Path out = scratch.resolve("out.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the probe hangs: " + Files.readString(out));
    }
    return Files.readAllLines(out);
  }

  private void goodAndBadModules() {
    module("good", "good", "").build(modules.resolve("good.jar"));
    module("twin.one", "same", "").build(modules.resolve("one.jar"));
    module("twin.two", "same", "").build(modules.resolve("two.jar"));
    module("throwing", "throwing", "public P() { throw new IllegalStateException(\"no\"); }")
        .build(modules.resolve("throwing.jar"));
    module("needy", "needy", "public P() { new needy.lib.Tool(); }")
        .source("needy.lib.Tool", "package needy.lib; public class Tool {}")
        .without("needy.lib.Tool")
        .build(modules.resolve("needy.jar"));
    jar()
        .source(
            "module-info",
            "module orphan { requires io.kauditd.api; provides io.kauditd.spi.TransportProvider"
                + " with orphan.P; }")
        .source("orphan.lib.Base", "package orphan.lib; public class Base {}")
        .source(
            "orphan.P",
            PluginJar.provider("orphan.P", "orphan", "")
                .replace("class P ", "class P extends orphan.lib.Base "))
        .without("orphan.lib.Base")
        .build(modules.resolve("orphan.jar"));
    module("newer", "newer", "")
        .source(
            "newer.P",
            PluginJar.provider("newer.P", "newer", "").replace("SpiVersion.CURRENT", "2"))
        .build(modules.resolve("newer.jar"));
  }

  private void assertGoodAndBad(List<String> lines) {
    assertThat(lines)
        .contains(
            "found good " + modules.resolve("good.jar"),
            "found same " + modules.resolve("one.jar"),
            "picked made by good.P",
            "failed "
                + modules.resolve("throwing.jar")
                + ": throwing.P cannot be loaded: it threw java.lang.IllegalStateException: no",
            "refused there are 2 plug-ins for transport 'same', in "
                + modules.resolve("one.jar")
                + " and in "
                + modules.resolve("two.jar")
                + "; remove all but one")
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("failed " + modules.resolve("needy.jar"))
                .contains("it needs the class needy.lib.Tool"))
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("failed " + modules.resolve("orphan.jar"))
                .contains("it needs the class orphan.lib.Base"))
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("refused transport 'newer' cannot be used: ")
                .contains("compiled against version 2 of the SPI"))
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("refused there is no transport 'nowhere'; there is ")
                .contains("good"));
    assertThat(lines).filteredOn(line -> line.startsWith("failed ")).hasSize(4);
  }

  @Test
  void findsGoodOnesBesideBadOnesOnTheModulePath() throws Exception {
    goodAndBadModules();
    assertGoodAndBad(probe(false, "good", "same", "newer", "nowhere"));
  }

  @Test
  void findsGoodOnesBesideBadOnesInALayer() throws Exception {
    goodAndBadModules();
    assertGoodAndBad(probe(true, "good", "same", "newer", "nowhere"));
  }

  /** Nothing of ours runs yet when the JVM reads its module path: it stops, and names the file. */
  @Test
  void leavesAJarThatIsNoJarToTheJvm() throws Exception {
    module("good", "good", "").build(modules.resolve("good.jar"));
    Files.writeString(modules.resolve("bad.jar"), "no zip at all");

    assertThat(String.join("\n", probe(false, "good")))
        .contains("Error reading")
        .contains("bad.jar");
  }
}
