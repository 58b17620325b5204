// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import io.kauditd.testkit.CollectingSink;
import java.io.IOException;

/** Tries something without the privileges for it, and prints what it is told. */
final class RefusedProcess {
  private RefusedProcess() {}

  public static void main(String[] args) throws Exception {
    try {
      switch (args[0]) {
        case "status" -> status();
        case "transport" -> transport();
        case "peer" -> PeerDaemon.builder().build().run(new CollectingSink());
        default ->
            KernelSource.builder()
                .mode(KernelSource.Mode.valueOf(args[0].toUpperCase(java.util.Locale.ROOT)))
                .build()
                .run(new CollectingSink());
      }
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }

  private static void status() throws IOException {
    try (KernelAudit audit = KernelAudit.open()) {
      System.out.println(audit.status());
    }
  }

  private static void transport() throws Exception {
    try (Kauditd engine =
        Kauditd.builder().transport("netlink", NetlinkTransportProvider.kernel(8)).start()) {
      Await.until("it has tried", () -> engine.status().lastError() != null);
      System.out.println(engine.status().lastError());
    }
  }
}
