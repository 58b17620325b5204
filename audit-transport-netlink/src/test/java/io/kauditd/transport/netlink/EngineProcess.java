// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.core.Kauditd;
import io.kauditd.core.KernelPolicy;
import io.kauditd.core.OrderedPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/** An engine in peer mode that does what its standard input says. */
final class EngineProcess {
  private static final String FILLER = "x".repeat(180);

  private EngineProcess() {}

  public static void main(String[] args) throws IOException {
    var builder =
        Kauditd.builder()
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(50_000))
            .transport(
                "netlink",
                NetlinkTransportProvider.peer(
                    Long.parseLong(args[0]), Set.of(), 1, Duration.ofMillis(100), 64));
    if (args[1].equals("ordered")) {
      builder.policy("ordered", new OrderedPolicy());
    } else {
      builder.policy(KernelPolicy.MAINLINE);
    }
    int next = 0;
    try (Kauditd engine = builder.start();
        var commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        if (line.startsWith("log ")) {
          int end = next + Integer.parseInt(line.substring(4));
          for (; next < end; next++) {
            engine.log(1112, "n=" + next + " " + FILLER);
          }
          System.out.println("ok");
        } else if (line.equals("status")) {
          System.out.println(describe(engine.status()));
        } else if (line.equals("close")) {
          System.out.println(describe(engine.close(Duration.ofSeconds(10))));
          return;
        }
      }
    }
  }

  private static String describe(AuditStatus s) {
    return String.join(
        " ",
        Long.toString(s.daemon()),
        Long.toString(s.ledger().logged()),
        Long.toString(s.ledger().delivered()),
        Long.toString(s.ledger().inMain()),
        Long.toString(s.ledger().inRetry()),
        Long.toString(s.ledger().inHold()),
        Long.toString(s.ledger().droppedTotal()),
        Long.toString(s.resets()),
        Long.toString(s.failedSends()),
        Boolean.toString(s.ledger().balances()));
  }
}
