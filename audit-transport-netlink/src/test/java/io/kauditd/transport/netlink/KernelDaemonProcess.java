// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.fixtures.Await;
import java.io.IOException;

/** Another process that is the kernel's audit daemon until its standard input ends. */
final class KernelDaemonProcess {
  private KernelDaemonProcess() {}

  public static void main(String[] args) throws Exception {
    long self = ProcessHandle.current().pid();
    try (RunningSource daemon =
            new RunningSource(KernelSource.builder().mode(KernelSource.Mode.DAEMON).build());
        KernelAudit audit = KernelAudit.open()) {
      Await.until(
          "registered", () -> audit.status().pid() == self && audit.status().enabled() == 1);
      System.out.println("registered");
      awaitEnd();
      daemon.close();
    }
  }

  private static void awaitEnd() throws IOException {
    while (System.in.read() >= 0) {}
  }
}
