// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.kernel;

import io.kauditd.api.FailureMode;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.transport.netlink.KernelAudit;
import io.kauditd.transport.netlink.NetlinkException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code audit kernel set}: each option is one request, sent in the order listed here. */
@Command(
    name = "set",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Changes the state of the live kernel's audit, and then shows it. The change lasts"
          + " until the next boot or the next change.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 changed; 2 a value is not valid, nothing was changed; 3 the kernel refused.",
      "",
      "Examples:",
      "  audit kernel set --enabled 1 --backlog-limit 8192",
      "  audit kernel set --reset-lost"
    })
final class KernelSetCommand implements Callable<Integer> {
  private static final long MAX_UNSIGNED = 0xFFFF_FFFFL;

  private final Screen screen;
  private final List<String> done = new ArrayList<>();

  @Option(
      names = "--backlog-limit",
      paramLabel = "RECORDS",
      description = "Maximum number of records in the backlog, 0 for no limit.")
  private @Nullable String backlogLimit;

  @Option(
      names = "--backlog-wait-time",
      paramLabel = "JIFFIES",
      description =
          "How long a process waits for room in the backlog, in the kernel's ticks (often 250 or"
              + " 1000 a second), at most 600 seconds.")
  private @Nullable String backlogWaitTime;

  @Option(
      names = "--rate-limit",
      paramLabel = "RECORDS",
      description = "Maximum number of records per second, 0 for no limit.")
  private @Nullable String rateLimit;

  @Option(
      names = "--failure",
      paramLabel = "0|1",
      description =
          "What happens when a record is lost: 0 nothing, 1 a line in the kernel's log. 2, which"
              + " stops the machine, is not offered.")
  private @Nullable String failure;

  @Option(
      names = "--enabled",
      paramLabel = "0|1",
      description =
          "Whether auditing is on. 2, which locks it until the next boot, is not offered.")
  private @Nullable String enabled;

  @Option(names = "--reset-lost", description = "Set the count of lost records back to 0.")
  private boolean resetLost;

  @Option(
      names = "--reset-backlog-wait-time-actual",
      description = "Set the time that processes have waited back to 0.")
  private boolean resetWaitTime;

  KernelSetCommand(Screen screen) {
    this.screen = screen;
  }

  /** A request to the kernel. */
  @FunctionalInterface
  private interface Change {
    void make(KernelAudit audit) throws NetlinkException;
  }

  @Override
  public Integer call() {
    List<Change> changes = changes();
    if (changes.isEmpty()) {
      throw UserError.usage("nothing to set; see 'audit kernel set --help' for what can be");
    }
    try (KernelAudit audit = KernelAudit.open()) {
      for (Change change : changes) {
        change.make(audit);
      }
      done.forEach(screen.out()::println);
      KernelReport.of(audit).lines().forEach(screen.out()::println);
      return ExitCode.OK;
    } catch (NetlinkException e) {
      throw new UserError(ExitCode.INPUT_OUTPUT, e.getMessage(), e);
    }
  }

  /** All values are read before the first change is made. */
  private List<Change> changes() {
    var changes = new ArrayList<Change>();
    if (backlogLimit != null) {
      long records = number("--backlog-limit", backlogLimit);
      changes.add(audit -> audit.setBacklogLimit(records));
    }
    if (backlogWaitTime != null) {
      long jiffies = number("--backlog-wait-time", backlogWaitTime);
      changes.add(audit -> audit.setBacklogWaitTime(jiffies));
    }
    if (rateLimit != null) {
      long records = number("--rate-limit", rateLimit);
      changes.add(audit -> audit.setRateLimit(records));
    }
    if (failure != null) {
      boolean print =
          zeroOrOne("--failure", failure, "2, which stops the machine when a record is lost");
      changes.add(audit -> audit.setFailureMode(print ? FailureMode.PRINTK : FailureMode.SILENT));
    }
    if (enabled != null) {
      boolean on =
          zeroOrOne("--enabled", enabled, "2, which locks the configuration until the next boot");
      changes.add(audit -> audit.setEnabled(on));
    }
    if (resetLost) {
      changes.add(audit -> done.add("lost was " + audit.resetLost()));
    }
    if (resetWaitTime) {
      changes.add(
          audit -> done.add("backlog_wait_time_actual was " + audit.resetBacklogWaitTimeActual()));
    }
    return changes;
  }

  private static long number(String option, String text) {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= 0 && number <= MAX_UNSIGNED) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new UserValue(text, option).notValid("a number between 0 and " + MAX_UNSIGNED);
  }

  private static boolean zeroOrOne(String option, String text, String two) {
    return switch (text.strip()) {
      case "0" -> false;
      case "1" -> true;
      default -> throw new UserValue(text, option).notValid("0 or 1 (" + two + ", is not offered)");
    };
  }
}
