// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.transport.netlink.PeerRequests.Sender;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private static final Sender MALLORY = new Sender(666, 13, 1001);

  private final Refusals refusals = new Refusals();

  @Test
  void theFirstIsReportedAtOnce() {
    assertThat(refusals.report(MALLORY, Long.MIN_VALUE))
        .isEqualTo(
            "refused a request of process 13 of user 1001: not one of the users that may register");
  }

  @Test
  void aFloodIsReportedOnceASecondAndCounted() {
    int reports = 0;
    for (int ms = 0; ms < 2_000; ms++) {
      reports += refusals.report(MALLORY, TimeUnit.MILLISECONDS.toNanos(ms)) == null ? 0 : 1;
    }
    assertThat(reports).isEqualTo(2);
    assertThat(refusals.report(MALLORY, TimeUnit.SECONDS.toNanos(2)))
        .endsWith("; 999 more were refused since the last report");
  }
}
