// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.RecordType;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import io.kauditd.testkit.CollectingSink;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceProvidersTest {
  private static final List<RecordSourceProvider> FOUND =
      ServiceLoader.load(RecordSourceProvider.class).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private static RecordSourceProvider provider(String id) {
    return FOUND.stream().filter(found -> found.id().equals(id)).findFirst().orElseThrow();
  }

  private static RecordSource create(String id, Map<String, String> written) {
    var provider = provider(id);
    return provider.create(PluginConfig.of(provider.options(), written));
  }

  @Test
  void allAreFound() {
    assertThat(FOUND)
        .extracting(RecordSourceProvider::id)
        .containsExactly("stdin", "file", "unix", "generate");
    assertThat(FOUND).allMatch(found -> found.spiVersion() == SpiVersion.CURRENT);
    assertThat(FOUND).allMatch(found -> !found.description().endsWith("."));
  }

  @Test
  void theModuleProvidesTheSame() throws Exception {
    Path compiled = Path.of("target", "classes", "module-info.class");
    try (var in = Files.newInputStream(compiled)) {
      assertThat(ModuleDescriptor.read(in).provides())
          .singleElement()
          .satisfies(provides ->
              assertThat(provides.providers())
                  .isEqualTo(FOUND.stream().map(found -> found.getClass().getName()).toList()));
    }
  }

  @Test
  void theArgumentIsOneOfTheOptions() {
    for (RecordSourceProvider found : FOUND) {
      if (found.argument() != null) {
        assertThat(found.options()).contains(found.argument());
      }
    }
    assertThat(provider("stdin").argument()).isNull();
    assertThat(provider("generate").argument()).hasToString("count");
    assertThat(provider("file").argument()).hasToString("path");
    assertThat(provider("unix").argument()).hasToString("path");
  }

  @Test
  void makingOneDoesNothingYet() {
    assertThat(create("stdin", Map.of())).isInstanceOf(StdinSource.class);
    assertThat(create("file", Map.of("path", "/no/such/file", "follow", "yes")))
        .isInstanceOf(FileSource.class);
    assertThat(create("unix", Map.of("path", "/no/such/dir/socket", "access", "all")))
        .isInstanceOf(UnixSource.class);
    assertThat(create("generate", Map.of())).isInstanceOf(GenerateSource.class);
  }

  @Test
  void theGeneratorDoesWhatItsOptionsSay() throws Exception {
    var sink = new CollectingSink();
    create("generate", Map.of("count", "3", "size", "80", "type", "USER_CMD", "rate", "1000"))
        .run(sink);
    assertThat(sink.records())
        .hasSize(3)
        .allMatch(r -> r.type() == RecordType.USER_CMD && r.textBytes().length == 80);
  }

  @ParameterizedTest
  @CsvSource({
    "file, follow, true, option 'path' is missing; it takes a path",
    "unix, access, all, option 'path' is missing; it takes a path",
    "stdin, path, x, 'option ''path'' is not known; the options are format, gaps, type'",
    "stdin, format, csv, 'option ''format'': ''csv'' is not valid; it takes one of auto, auditd,"
        + " syslog, kernel, plain'",
    "generate, count, -1, option 'count': '-1' is not valid; it takes a whole number of at least"
        + " 0",
    "generate, size, 9000, 'option ''size'': ''9000'' is not valid; it takes a size between 64"
        + " bytes and 8970 bytes'",
    "stdin, type, LOGON, 'option ''type'': ''LOGON'' is not valid; it takes a record type, by name"
        + " (TRUSTED_APP) or number (1121)'",
  })
  void aWrongOptionIsNamed(String id, String key, String value, String message) {
    assertThatThrownBy(() -> create(id, Map.of(key, value)))
        .isInstanceOf(PluginConfigException.class)
        .hasMessage(message);
  }
}
