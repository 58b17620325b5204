// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.fixtures.Program;
import io.kauditd.transport.netlink.Privileges.Capability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is missing is said, in processes that really miss it. None of them changes anything. */
@Timeout(180)
class RefusalTest {
  @BeforeAll
  static void needsNetlink() {
    TestSockets.assumeNetlink();
  }

  private static void assumeTool(String name) {
    assumeTrue(
        Stream.of("/usr/bin", "/bin").anyMatch(dir -> Files.isExecutable(Path.of(dir, name))),
        name + " (util-linux) is not installed");
  }

  private static void assumeRoot() {
    assumeTrue(
        Privileges.has(Capability.CAP_AUDIT_CONTROL)
            && Privileges.inFirstUserNamespace()
            && Privileges.inFirstPidNamespace(),
        "taking privileges away needs them first; run as root on a host");
  }

  /** Asks the kernel for its status, or runs a listener, in a process started by {@code prefix}. */
  private static String ask(String what, String... prefix)
      throws IOException, InterruptedException {
    return ask(what, "--enable-native-access=ALL-UNNAMED", prefix);
  }

  private static String ask(String what, String nativeAccess, String[] prefix)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>(List.of(prefix));
    command.addAll(
        Program.commandWithOnly(
            List.of("-XX:+UseSerialGC", nativeAccess), RefusedProcess.class, what));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  @Test
  void withoutTheCapabilityItIsNamed() throws Exception {
    assumeRoot();
    assumeTool("setpriv");
    String drop = "-audit_control,-audit_read,-audit_write";
    String[] prefix = {"setpriv", "--bounding-set", drop, "--inh-caps", drop};
    assertThat(ask("status", prefix))
        .contains("cannot read the audit status: EPERM")
        .contains("needs CAP_AUDIT_CONTROL")
        .contains("run it as root");
    assertThat(ask("listener", prefix)).contains("EPERM").contains("needs CAP_AUDIT_READ");
    assertThat(ask("daemon", prefix)).contains("EPERM").contains("needs CAP_AUDIT_CONTROL");
    assertThat(ask("auto", prefix)).contains("CAP_AUDIT_CONTROL").contains("CAP_AUDIT_READ");
    assertThat(ask("transport", prefix)).contains("needs CAP_AUDIT_WRITE");
  }

  @Test
  void aUserNamespaceIsNamed() throws Exception {
    assumeRoot();
    assumeTool("unshare");
    String said = ask("status", "unshare", "-U", "-r");
    assumeTrue(!said.isEmpty(), "user namespaces are not allowed here");
    assertThat(said).contains("ECONNREFUSED").contains("first user namespace");
  }

  @Test
  void aProcessNamespaceIsNamed() throws Exception {
    assumeRoot();
    assumeTool("unshare");
    assertThat(ask("status", "unshare", "-p", "-f"))
        .contains("EPERM")
        .contains("first process namespace")
        .contains("--pid=host");
  }

  @Test
  void withoutNativeAccessTheOptionIsNamed() throws Exception {
    for (String what : List.of("status", "listener", "daemon", "peer")) {
      assertThat(ask(what, "--illegal-native-access=deny", new String[0]))
          .as(what)
          .contains("--enable-native-access=io.kauditd.transport.netlink");
    }
  }

  @Test
  void anUnprivilegedProcessIsToldWhatItNeeds() {
    assumeTrue(!Privileges.has(Capability.CAP_AUDIT_CONTROL), "this process is privileged");
    assertThatThrownBy(
            () -> {
              try (KernelAudit audit = KernelAudit.open()) {
                audit.status();
              }
            })
        .isInstanceOf(NetlinkException.class);
  }
}
