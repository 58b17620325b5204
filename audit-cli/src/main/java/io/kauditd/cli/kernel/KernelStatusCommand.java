// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.kernel;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.UserError;
import io.kauditd.transport.netlink.KernelAudit;
import io.kauditd.transport.netlink.NetlinkException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code audit kernel status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {"Shows the state of the live kernel's audit, as 'auditctl -s' does.", ""},
    footer = {
      "",
      "backlog_wait_time and backlog_wait_time_actual are in jiffies, the kernel's ticks.",
      "",
      "Exit codes: 0 shown; 3 the kernel refused, or has no audit."
    })
final class KernelStatusCommand implements Callable<Integer> {
  private final Screen screen;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  KernelStatusCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    try (KernelAudit audit = KernelAudit.open()) {
      KernelReport report = KernelReport.of(audit);
      if (json) {
        screen.out().println(report.json());
      } else {
        report.lines().forEach(screen.out()::println);
      }
      return ExitCode.OK;
    } catch (NetlinkException e) {
      throw new UserError(ExitCode.INPUT_OUTPUT, e.getMessage(), e);
    }
  }
}
