// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.core.PluginEntry;
import io.kauditd.core.PluginKind;
import io.kauditd.core.Plugins;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who picks a plug-in of ours that is not there is told the artifact that has it. */
class MissingPluginTest {
  /**
   * The module in an origin: {@code …/audit-sources/target/classes} or {@code
   * …/audit-sources-0.1.jar}.
   */
  private static final Pattern ARTIFACT = Pattern.compile("/(audit-[a-z-]*[a-z])(?:/target|-\\d)");

  /** Sees the plug-ins of the engine alone. */
  private static final ClassLoader ENGINE_ALONE =
      new ClassLoader(Plugins.class.getClassLoader()) {
        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
          List<URL> all = Collections.list(super.getResources(name));
          return Collections.enumeration(
              all.stream().filter(url -> url.toString().contains("audit-core")).toList());
        }
      };

  static Stream<PluginEntry> pluginsOutsideOfTheEngine() {
    return Plugins.load().found().stream()
        .filter(entry -> !artifactOf(entry).matches("audit-core|audit-cli"));
  }

  private static String artifactOf(PluginEntry entry) {
    Matcher artifact = ARTIFACT.matcher(entry.origin());
    assertThat(artifact.find()).as(entry.origin()).isTrue();
    return artifact.group(1);
  }

  @ParameterizedTest
  @MethodSource("pluginsOutsideOfTheEngine")
  void theArtifactIsNamed(PluginEntry entry) {
    try (Plugins few = Plugins.builder().classLoader(ENGINE_ALONE).load()) {
      assertThatThrownBy(() -> few.find(entry.kind(), entry.id()))
          .hasMessageStartingWith("there is no " + entry.kind().word() + " '" + entry.id() + "'; ")
          .hasMessageEndingWith("; add the artifact io.kauditd:" + artifactOf(entry));
    }
  }

  @Test
  void theOthersAreNamedToo() {
    try (Plugins few = Plugins.builder().classLoader(ENGINE_ALONE).load()) {
      assertThatThrownBy(() -> few.find(PluginKind.TRANSPORT, "loghost"))
          .hasMessage("there is no transport 'loghost'; there is memory, null");
    }
  }
}
