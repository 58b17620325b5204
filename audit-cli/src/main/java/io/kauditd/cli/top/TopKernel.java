// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import io.kauditd.cli.command.NumberText;
import io.kauditd.cli.top.TopSample.Depth;
import io.kauditd.cli.top.TopSample.Fact;
import io.kauditd.cli.top.TopSample.Total;
import io.kauditd.transport.netlink.KernelAudit;
import io.kauditd.transport.netlink.KernelStatus;
import io.kauditd.transport.netlink.NetlinkException;
import java.util.List;
import java.util.Optional;

/**
 * The live kernel's audit, asked as {@code audit kernel status} does. The kernel reports neither
 * how many records came and went, nor why some were lost, nor anything about its retry and hold
 * queues.
 */
final class TopKernel implements TopSource {
  private final KernelAudit audit;

  TopKernel(KernelAudit audit) {
    this.audit = audit;
  }

  @Override
  public Optional<TopSample> sample() throws NetlinkException {
    return Optional.of(of(audit.status()));
  }

  static TopSample of(KernelStatus status) {
    return new TopSample(
        "the kernel, audit " + enabled(status.enabled()),
        "failure mode " + failureMode(status.failure()),
        List.of(new Depth("backlog", status.backlog(), TopSample.UNKNOWN, status.backlogLimit())),
        List.of(),
        new Total("lost", status.lost()),
        List.of(),
        status.pid() != 0,
        status.pid() == 0 ? "none" : "process " + status.pid() + program(status.pid()),
        List.of(
            new Fact(
                "rate limit",
                status.rateLimit() == 0
                    ? "none"
                    : NumberText.grouped(status.rateLimit(), "record") + " a second"),
            new Fact(
                "waited",
                NumberText.grouped(status.backlogWaitTimeActual()) + " jiffies, by all producers")),
        null);
  }

  private static String enabled(long enabled) {
    return enabled == 0 ? "off" : enabled == 1 ? "on" : "on and locked";
  }

  private static String failureMode(long failure) {
    return failure == 0 ? "silent" : failure == 1 ? "printk" : "panic";
  }

  private static String program(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().command())
        .map(command -> " (" + command + ")")
        .orElse("");
  }

  @Override
  public void close() {
    audit.close();
  }
}
