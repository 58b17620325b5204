// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTransportProviderTest {
  private final FileTransportProvider provider = new FileTransportProvider();

  @Test
  void itIsFoundOnTheClassPathAndInTheModule() throws Exception {
    assertThat(ServiceLoader.load(TransportProvider.class))
        .anyMatch(found -> found instanceof FileTransportProvider);
    try (var in = Files.newInputStream(Path.of("target", "classes", "module-info.class"))) {
      assertThat(ModuleDescriptor.read(in).provides())
          .singleElement()
          .satisfies(provides ->
              assertThat(provides.providers())
                  .isEqualTo(List.of(FileTransportProvider.class.getName())));
    }
    assertThat(provider.id()).isEqualTo("file");
    assertThat(provider.spiVersion()).isEqualTo(SpiVersion.CURRENT);
    assertThat(provider.argument()).isSameAs(FileTransportProvider.PATH);
    assertThat(provider.options()).contains(FileTransportProvider.PATH);
  }

  private Transport create(Map<String, String> written) {
    return provider.create(PluginConfig.of(provider.options(), written));
  }

  @Test
  void theOptionsDoWhatTheySay(@TempDir Path dir) {
    Path log = dir.resolve("audit.log");
    try (var transport =
        create(
            Map.of(
                "path", log.toString(),
                "flush", "sync",
                "freq", "7",
                "max-size", "4KiB",
                "keep", "1"))) {
      assertThat(log).doesNotExist();
      for (int i = 0; i < 300; i += 100) {
        transport.send(ListBatch.ofSerials(i, i + 100));
      }
    }
    assertThat(dir.resolve("audit.log.1")).exists();
    assertThat(dir.resolve("audit.log.2")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "flush, often, 'option ''flush'': ''often'' is not valid; it takes one of none, incremental,"
        + " data, sync'",
    "freq, 0, option 'freq': '0' is not valid; it takes a whole number between 1 and 1000000",
    "keep, 1000, option 'keep': '1000' is not valid; it takes a whole number between 1 and 999",
    "max-file, 8, 'option ''max-file'' is not known; the options are admin-space-left,"
        + " admin-space-left-action, compress, disk-full-action, flush, freq, group, keep,"
        + " max-nodes, max-size, max-total-size, path, rotate, space-left, space-left-action'",
    "space-left, 5 apples, 'option ''space-left'': ''5 apples'' is not valid; it takes MiB as in"
        + " auditd.conf, a size such as 75MiB, or a share such as 5%'",
    "space-left, 100%, 'option ''space-left'': ''100%'' is not valid; it takes MiB as in"
        + " auditd.conf, a size such as 75MiB, or a share such as 5%'",
    "disk-full-action, exec prog, 'option ''disk-full-action'': ''exec prog'' is not valid; it"
        + " takes ignore, log (syslog), stop (suspend), panic, or exec and the absolute path of a"
        + " program'",
    "disk-full-action, exec /bin/sh -c x, 'disk-full-action: there is no program ''/bin/sh -c x''"
        + " that this user may run; name one by its absolute path, without arguments'",
    "space-left-action, exec /tmp, 'space-left-action: there is no program ''/tmp'' that this user"
        + " may run; name one by its absolute path, without arguments'",
    "admin-space-left-action, exec /none, 'admin-space-left-action: there is no program ''/none''"
        + " that this user may run; name one by its absolute path, without arguments'",
    "rotate, weekly, 'option ''rotate'': ''weekly'' is not valid; it takes one of never, hourly,"
        + " daily'",
  })
  void aWrongOptionIsNamed(String key, String value, String message) {
    assertThatThrownBy(() -> create(Map.of("path", "x", key, value)))
        .isInstanceOf(PluginConfigException.class)
        .hasMessage(message);
  }

  @Test
  void theLimitsOfFreeSpaceStandInOrder() {
    assertThatThrownBy(
            () -> create(Map.of("path", "x", "space-left", "50", "admin-space-left", "75MiB")))
        .isInstanceOf(PluginConfigException.class)
        .hasMessage("admin-space-left (75 MiB) is not below space-left (50 MiB)");
    create(Map.of("path", "x", "space-left", "5%", "admin-space-left", "75")).close();
    create(Map.of("path", "x", "space-left", "75", "space-left-action", "suspend")).close();
    create(Map.of("path", "x", "admin-space-left-action", "exec /bin/true")).close();
  }

  @Test
  void thePathIsRequired() {
    assertThatThrownBy(() -> create(Map.of()))
        .hasMessage("option 'path' is missing; it takes a path");
  }

  @Test
  void aBuilderChecksToo() {
    var builder = FileTransport.builder(Path.of("x"));
    assertThatThrownBy(() -> builder.keep(0)).hasMessage("keep 0 is not between 1 and 999");
    assertThatThrownBy(() -> builder.maxSizeBytes(1)).hasMessage("maxSizeBytes 1 is below 4096");
    assertThatThrownBy(() -> builder.flushRecords(-1))
        .hasMessage("flushRecords -1 is not between 1 and 1000000");
  }
}
