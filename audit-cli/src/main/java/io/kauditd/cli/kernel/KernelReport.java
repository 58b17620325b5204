// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.kernel;

import io.kauditd.cli.command.Json;
import io.kauditd.transport.netlink.KernelAudit;
import io.kauditd.transport.netlink.KernelStatus;
import io.kauditd.transport.netlink.NetlinkException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kernel's state under the names, and in the order, of {@code auditctl -s}. */
final class KernelReport {
  private final Map<String, Long> numbers = new LinkedHashMap<>();
  private final KernelAudit.LoginuidImmutable loginuid;

  private KernelReport(KernelStatus status, KernelAudit.LoginuidImmutable loginuid) {
    this.loginuid = loginuid;
    numbers.put("enabled", status.enabled());
    numbers.put("failure", status.failure());
    numbers.put("pid", status.pid());
    numbers.put("rate_limit", status.rateLimit());
    numbers.put("backlog_limit", status.backlogLimit());
    numbers.put("lost", status.lost());
    numbers.put("backlog", status.backlog());
    numbers.put("backlog_wait_time", status.backlogWaitTime());
    numbers.put("backlog_wait_time_actual", status.backlogWaitTimeActual());
  }

  /** Asks the kernel. */
  static KernelReport of(KernelAudit audit) throws NetlinkException {
    return new KernelReport(audit.status(), audit.loginuidImmutable());
  }

  List<String> lines() {
    var lines = new ArrayList<String>();
    numbers.forEach((name, number) -> lines.add(name + " " + number));
    lines.add(
        "loginuid_immutable "
            + (loginuid.on() ? 1 : 0)
            + (loginuid.locked() ? " locked" : " unlocked"));
    return lines;
  }

  String json() {
    var document = new LinkedHashMap<String, Object>(numbers);
    document.put("loginuid_immutable", loginuid.on() ? 1 : 0);
    document.put("loginuid_immutable_locked", loginuid.locked());
    return Json.write(document);
  }
}
