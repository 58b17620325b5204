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
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every plug-in that comes along is tried by the contract of its kind, and so is its provider. */
class BundledContractsTest {
  /** The contract of each plug-in, by kind and id; a new plug-in fails until it stands here. */
  private static final Map<String, String> CONTRACTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("policy 'mainline'", "testkit.BuiltInPoliciesContractTest$Mainline"),
              Map.entry("policy 'ordered'", "testkit.BuiltInPoliciesContractTest$Ordered"),
              Map.entry("policy 'rfc'", "testkit.BuiltInPoliciesContractTest$Rfc"),
              Map.entry("policy 'v5.16'", "testkit.BuiltInPoliciesContractTest$Before"),
              Map.entry("queue 'memory'", "testkit.MemoryQueueContractTest"),
              Map.entry("queue 'spool'", "queue.spool.SpoolQueueContractTest$InUsualSegments"),
              Map.entry("source 'file'", "sources.FileSourceContractTest"),
              Map.entry("source 'generate'", "sources.GenerateSourceContractTest"),
              Map.entry("source 'kernel'", "transport.netlink.KernelSourceContractTest"),
              Map.entry("source 'netlink'", "transport.netlink.PeerSourceContractTest"),
              Map.entry("source 'stdin'", "sources.StdinSourceContractTest"),
              Map.entry("source 'unix'", "sources.UnixSourceContractTest"),
              Map.entry("transport 'file'", "transport.file.FileTransportContractTest$OnADisk"),
              Map.entry("transport 'memory'", "testkit.MemoryTransportContractTest"),
              Map.entry("transport 'netlink'", "transport.netlink.PeerTransportContractTest"),
              Map.entry("transport 'null'", "testkit.NullTransportContractTest")));

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
    JavaClass test = TESTS.get("io.kauditd." + CONTRACTS.get(entry.toString()));

    assertThat(test.isAssignableTo(contract)).as(test + " extends " + contract).isTrue();
    assertThat(test.tryGetAnnotationOfType("org.junit.jupiter.api.Disabled")).isEmpty();
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
