// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file for each host, whatever it calls itself. */
class NodeFilesTest {
  @TempDir Path directory;

  private Transport transport(String... settings) {
    var written = new HashMap<>(Map.of("path", directory.resolve("a-%{node}.log").toString()));
    for (String each : settings) {
      written.put(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    var provider = new FileTransportProvider();
    Transport made = provider.create(PluginConfig.of(provider.options(), written));
    assertThat(made.open(new NoEngine())).isEqualTo(OpenResult.connected());
    return made;
  }

  private static AuditRecord of(String node, long serial) {
    return ListBatch.record(serial).withHead("node=" + node + " type=USER_LOGIN");
  }

  private List<String> serials(String file) throws IOException {
    return Files.readAllLines(directory.resolve(file)).stream()
        .map(line -> line.replaceAll(".*:([0-9]+)\\): .*", "$1"))
        .toList();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void eachHostHasItsOwnInTheOrderInWhichTheyCame() throws IOException {
    try (Transport files = transport()) {
      var batch =
          ListBatch.of(
              of("web1", 1), of("web1", 2), of("db", 3), of("web1", 4), ListBatch.record(5));
      assertThat(files.send(batch)).isEqualTo(SendResult.sent(5));
      assertThat(files.send(ListBatch.of(of("db", 6)))).isEqualTo(SendResult.sent(1));
      assertThat(files.files()).hasSize(3);
    }
    assertThat(serials("a-web1.log")).containsExactly("1", "2", "4");
    assertThat(serials("a-db.log")).containsExactly("3", "6");
    assertThat(serials("a-localhost.log")).containsExactly("5");
  }

  @ParameterizedTest
  @CsvSource({
    "CentOS 7.7, a-CentOS%207.7.log",
    "../../etc/passwd, a-%2E.%2F..%2Fetc%2Fpasswd.log",
    "web1.example.com, a-web1.example.com.log",
    "WEB_1-x, a-WEB_1-x.log",
    "a%2Fb, a-a%252Fb.log",
    "wébe, a-w%C3%A9be.log"
  })
  void aNameIsTheNameOfAFileInThatDirectory(String node, String file) throws IOException {
    try (Transport files = transport()) {
      assertThat(files.send(ListBatch.of(of(node, 1)))).isEqualTo(SendResult.sent(1));
    }
    assertThat(files()).containsExactly(file);
  }

  @Test
  void aNameThatNoFileCanHaveIsRejectedAndTheOthersGo() throws IOException {
    try (Transport files = transport()) {
      SendResult result = files.send(ListBatch.of(of("a", 1), of("n".repeat(201), 2), of("a", 3)));
      assertThat(result.taken()).isEqualTo(1);
      assertThat(result.error()).isEqualTo(SendError.REJECTED);
      assertThat(files.send(ListBatch.of(of("a", 3)))).isEqualTo(SendResult.sent(1));
    }
    assertThat(serials("a-a.log")).containsExactly("1", "3");
  }

  /** Whoever sends can make up names without an end. */
  @Test
  void thereAreNoMoreFilesThanAllowed() throws IOException {
    try (Transport files = transport("max-nodes=2")) {
      assertThat(files.send(ListBatch.of(of("a", 1), of("b", 2)))).isEqualTo(SendResult.sent(2));
      SendResult third = files.send(ListBatch.of(of("c", 3)));
      assertThat(third.error()).isEqualTo(SendError.REJECTED);
      assertThat(third.reason()).contains("2 nodes", "max-nodes");
      assertThat(files.send(ListBatch.of(of("a", 4)))).isEqualTo(SendResult.sent(1));
    }
    assertThat(files()).containsExactly("a-a.log", "a-b.log");
  }

  /** More hosts than files may be open: one that was closed is opened again. */
  @Test
  void moreHostsThanDescriptors() throws IOException {
    int hosts = 300;
    try (Transport files = transport()) {
      for (int round = 0; round < 2; round++) {
        var all = new ArrayList<AuditRecord>();
        for (int i = 0; i < hosts; i++) {
          all.add(of("host" + i, round * hosts + i));
        }
        assertThat(files.send(ListBatch.of(all))).isEqualTo(SendResult.sent(hosts));
      }
    }
    assertThat(files()).hasSize(hosts);
    for (int i = 0; i < hosts; i++) {
      assertThat(serials("a-host" + i + ".log")).containsExactly("" + i, "" + (hosts + i));
    }
  }

  /** Also when the rest of the program has nearly all of them, which nobody can count on. */
  @ParameterizedTest
  @ValueSource(ints = {1000, 40, 20})
  void aProcessWithFewDescriptorsClosesTheOldest(int left) throws Exception {
    int hosts = 300;
    Process child =
        Children.java(
            List.of("sh", "-c", "ulimit -n 400 && exec \"$@\"", "sh"),
            List.of(Children.NATIVE_ACCESS),
            ManyNodesChild.class,
            directory.resolve("%{node}.log").toString(),
            "" + hosts,
            "" + left);
    assertThat(child.inputReader().readAllAsString()).isEqualTo("all\n");
    assertThat(child.waitFor()).isZero();
    assertThat(files()).hasSize(hosts + 1);
    for (int i = 0; i < hosts; i++) {
      assertThat(serials("host" + i + ".log")).containsExactly("" + (i + 1), "" + (hosts + i + 1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/logs/%{node}/audit.log, in a directory",
    "/logs/%{node}-%{node}.log, more than once"
  })
  void theNodeStandsInTheNameOfTheFile(String path, String words) {
    var provider = new FileTransportProvider();
    assertThatThrownBy(
            () -> provider.create(PluginConfig.of(provider.options(), Map.of("path", path))))
        .isInstanceOf(PluginConfigException.class)
        .hasMessageContaining(words);
  }
}
