// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.kauditd.core.PluginEntry;
import io.kauditd.core.Plugins;
import io.kauditd.testkit.AuditQueueContract;
import io.kauditd.testkit.ErrorPolicyContract;
import io.kauditd.testkit.PluginProviderContract;
import io.kauditd.testkit.RecordSourceContract;
import io.kauditd.testkit.TransportContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every plug-in that comes along is tried by the contract of its kind, and so is its provider. */
class BundledContractsTest {
  /**
   * The contracts of each plug-in, one for each way it works, by kind and id; a new plug-in fails
   * until it stands here.
   */
  private static final Map<String, List<String>> CONTRACTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "policy 'mainline'", List.of("testkit.BuiltInPoliciesContractTest$Mainline")),
              Map.entry("policy 'ordered'", List.of("testkit.BuiltInPoliciesContractTest$Ordered")),
              Map.entry("policy 'rfc'", List.of("testkit.BuiltInPoliciesContractTest$Rfc")),
              Map.entry("policy 'v5.16'", List.of("testkit.BuiltInPoliciesContractTest$Before")),
              Map.entry("queue 'memory'", List.of("testkit.MemoryQueueContractTest")),
              Map.entry(
                  "queue 'spool'", List.of("queue.spool.SpoolQueueContractTest$InUsualSegments")),
              Map.entry("source 'auditd'", List.of("transport.auditd.AuditdSourceContractTest")),
              Map.entry("source 'file'", List.of("sources.FileSourceContractTest")),
              Map.entry("source 'generate'", List.of("sources.GenerateSourceContractTest")),
              Map.entry("source 'kernel'", List.of("transport.netlink.KernelSourceContractTest")),
              Map.entry("source 'netlink'", List.of("transport.netlink.PeerSourceContractTest")),
              Map.entry("source 'stdin'", List.of("sources.StdinSourceContractTest")),
              Map.entry("source 'unix'", List.of("sources.UnixSourceContractTest")),
              Map.entry(
                  "transport 'auditd'", List.of("transport.auditd.AuditdTransportContractTest")),
              Map.entry(
                  "transport 'file'", List.of("transport.file.FileTransportContractTest$OnADisk")),
              Map.entry("transport 'memory'", List.of("testkit.MemoryTransportContractTest")),
              Map.entry(
                  "transport 'netlink'",
                  List.of(
                      "transport.netlink.PeerTransportContractTest",
                      "transport.netlink.KernelTransportContractTest")),
              Map.entry("transport 'null'", List.of("testkit.NullTransportContractTest")),
              Map.entry("transport 'relp'", List.of("transport.syslog.RelpTransportContractTest")),
              Map.entry(
                  "transport 'syslog'",
                  List.of(
                      "transport.syslog.SyslogTransportContractTest$OverTcp",
                      "transport.syslog.SyslogTransportContractTest$OverTls"))));

  private static final JavaClasses TESTS = new ClassFileImporter().importPaths(testClasses());

  private static Path[] testClasses() {
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      return modules
          .filter(module -> module.getFileName().toString().startsWith("audit-"))
          .map(module -> module.resolve("target/test-classes"))
          .filter(Files::isDirectory)
          .toArray(Path[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All but the stubs of these tests. */
  static Stream<PluginEntry> bundled() {
    return Plugins.load().found().stream()
        .filter(entry -> !entry.provider().getClass().getPackageName().equals("io.kauditd.cli"));
  }

  @Test
  void theListIsOfWhatComesAlong() {
    assertThat(bundled().map(PluginEntry::toString).collect(Collectors.toSet()))
        .isEqualTo(CONTRACTS.keySet());
  }

  @ParameterizedTest
  @MethodSource("bundled")
  void runsTheContractOfItsKind(PluginEntry entry) {
    Class<?> contract =
        switch (entry.kind()) {
          case QUEUE -> AuditQueueContract.class;
          case TRANSPORT -> TransportContract.class;
          case POLICY -> ErrorPolicyContract.class;
          case SOURCE -> RecordSourceContract.class;
        };
    for (String name : CONTRACTS.get(entry.toString())) {
      JavaClass test = TESTS.get("io.kauditd." + name);

      assertThat(test.isAssignableTo(contract)).as(test + " extends " + contract).isTrue();
      assertThat(test.tryGetAnnotationOfType("org.junit.jupiter.api.Disabled")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("bundled")
  void itsProviderRunsTheContractOfProviders(PluginEntry entry) {
    String provider = entry.provider().getClass().getName();

    assertThat(TESTS.stream())
        .as("a PluginProviderContract that makes " + provider)
        .anyMatch(test ->
            test.isAssignableTo(PluginProviderContract.class)
                && test.getConstructorCallsFromSelf().stream()
                    .anyMatch(call -> call.getTargetOwner().getName().equals(provider)));
  }
}
