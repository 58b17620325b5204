// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import io.kauditd.api.AuditStatus;
import io.kauditd.cli.command.NumberText;
import io.kauditd.spi.Durations;
import java.time.Duration;

/**
 * Whether a run delivers, for a load balancer, an orchestrator, or a person with curl. It is
 * checked regularly, so that a stall is known when somebody asks. Confined to one thread.
 */
final class Health {
  /**
   * If records wait for this long and none is delivered, that is a stall. A transport that has not
   * taken any record yet is not waited for: it may be slow, but nothing says that it delivers.
   */
  static final Duration STALL = Duration.ofSeconds(2);

  /** How it is. */
  enum State {
    DELIVERING("delivering"),
    STALLED("stalled"),
    NOT_DELIVERING("not delivering");

    private final String words;

    State(String words) {
      this.words = words;
    }
  }

  /**
   * What there is to say.
   *
   * @param state how it is
   * @param reason why, in words
   */
  record Report(State state, String reason) {
    @Override
    public String toString() {
      return state.words + ": " + reason;
    }
  }

  private boolean looked;
  private long delivered;
  private long progressNs;

  /** Looks at the status of now. */
  Report look(AuditStatus status, long nowNs) {
    long waiting = status.ledger().waiting();
    if (!looked || waiting == 0 || status.ledger().delivered() != delivered) {
      looked = true;
      progressNs = nowNs;
    }
    delivered = status.ledger().delivered();
    String error = status.lastError() == null ? "" : "; last error " + status.lastError();
    String waits =
        waiting == 0
            ? "no record waits"
            : NumberText.grouped(waiting, "record") + (waiting == 1 ? " waits" : " wait");
    if (status.closed()) {
      return new Report(State.NOT_DELIVERING, "the log is closed, " + waits);
    }
    if (!status.connected()) {
      return new Report(State.NOT_DELIVERING, "no daemon is connected, " + waits + error);
    }
    long stalledNs = nowNs - progressNs;
    boolean neverTook = delivered == 0 && status.failedSends() > 0;
    return waiting > 0 && (neverTook || stalledNs >= STALL.toNanos())
        ? new Report(
            State.STALLED,
            waits
                + (neverTook
                    ? ", none was taken yet"
                    : ", none was taken for " + Durations.inWords(Duration.ofNanos(stalledNs)))
                + error)
        : new Report(State.DELIVERING, waits);
  }
}
