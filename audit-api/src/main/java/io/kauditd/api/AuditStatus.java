// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state of an engine between two passes: the kernel's status fields, and fields that the kernel
 * does not have. Immutable.
 *
 * @since 0.1.0
 */
public final class AuditStatus {
  private final AuditSettings settings;
  private final String policy;
  private final String transport;
  private final boolean connected;
  private final long daemon;
  private final long lost;
  private final long backlogWaitTimeActualMs;
  private final Ledger ledger;
  private final HighWater highWater;
  private final long passes;
  private final long sendAttempts;
  private final long failedSends;
  private final long printed;
  private final long resets;
  private final long endlessPasses;
  private final @Nullable String lastError;
  private final boolean closed;

  private AuditStatus(Builder from) {
    settings = from.settings;
    policy = from.policy;
    transport = from.transport;
    connected = from.connected;
    daemon = from.daemon;
    lost = from.lost;
    backlogWaitTimeActualMs = from.backlogWaitTimeActualMs;
    ledger = from.ledger;
    highWater = from.highWater;
    passes = from.passes;
    sendAttempts = from.sendAttempts;
    failedSends = from.failedSends;
    printed = from.printed;
    resets = from.resets;
    endlessPasses = from.endlessPasses;
    lastError = from.lastError;
    closed = from.closed;
  }

  /**
   * The status of an unused log without policy, transport and daemon, for classes that implement
   * {@link AuditLog}.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that begins with the values of this status. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** The settings in force. */
  public AuditSettings settings() {
    return settings;
  }

  /** The id of the error policy. */
  public String policy() {
    return policy;
  }

  /** The id of the transport. */
  public String transport() {
    return transport;
  }

  /** Whether a daemon is connected. */
  public boolean connected() {
    return connected;
  }

  /**
   * The connected daemon's port id, the kernel's {@code pid}; 0 if none is connected, or if the
   * transport knows of no ports, see {@link #connected}.
   */
  public long daemon() {
    return daemon;
  }

  /**
   * Records lost for a reason that {@linkplain LostReason#countsAsLost counts}; the kernel's {@code
   * lost}.
   */
  public long lost() {
    return lost;
  }

  /** The time that producers have spent waiting, in milliseconds. */
  public long backlogWaitTimeActualMs() {
    return backlogWaitTimeActualMs;
  }

  /** Where every record is. */
  public Ledger ledger() {
    return ledger;
  }

  /** The maximum number of records that each queue has held. */
  public HighWater highWater() {
    return highWater;
  }

  /** Passes run. */
  public long passes() {
    return passes;
  }

  /** Attempts to send a record, successful or not. */
  public long sendAttempts() {
    return sendAttempts;
  }

  /** Attempts that failed. */
  public long failedSends() {
    return failedSends;
  }

  /** Records printed as a last resort. */
  public long printed() {
    return printed;
  }

  /** Connections given up after a failure. */
  public long resets() {
    return resets;
  }

  /**
   * Endless passes that were broken off: under {@code v5.16}, or another policy that walks without
   * a bound.
   */
  public long endlessPasses() {
    return endlessPasses;
  }

  /** The last failed send or open, in words; null if there was none. */
  public @Nullable String lastError() {
    return lastError;
  }

  /** Whether the log has been closed. */
  public boolean closed() {
    return closed;
  }

  /** Records in the main queue; the kernel's {@code backlog}. */
  public long backlog() {
    return ledger.inMain();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuditStatus that
        && settings.equals(that.settings)
        && policy.equals(that.policy)
        && transport.equals(that.transport)
        && connected == that.connected
        && daemon == that.daemon
        && lost == that.lost
        && backlogWaitTimeActualMs == that.backlogWaitTimeActualMs
        && ledger.equals(that.ledger)
        && highWater.equals(that.highWater)
        && passes == that.passes
        && sendAttempts == that.sendAttempts
        && failedSends == that.failedSends
        && printed == that.printed
        && resets == that.resets
        && endlessPasses == that.endlessPasses
        && Objects.equals(lastError, that.lastError)
        && closed == that.closed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        settings,
        policy,
        transport,
        connected,
        daemon,
        lost,
        backlogWaitTimeActualMs,
        ledger,
        highWater,
        passes,
        sendAttempts,
        failedSends,
        printed,
        resets,
        endlessPasses,
        lastError,
        closed);
  }

  /** Every value by its name. */
  @Override
  public String toString() {
    return "settings=["
        + settings
        + "]"
        + " policy="
        + policy
        + " transport="
        + transport
        + " connected="
        + connected
        + " daemon="
        + daemon
        + " lost="
        + lost
        + " backlogWaitTimeActualMs="
        + backlogWaitTimeActualMs
        + " ledger=["
        + ledger
        + "]"
        + " highWater=["
        + highWater
        + "]"
        + " passes="
        + passes
        + " sendAttempts="
        + sendAttempts
        + " failedSends="
        + failedSends
        + " printed="
        + printed
        + " resets="
        + resets
        + " endlessPasses="
        + endlessPasses
        + " lastError="
        + lastError
        + " closed="
        + closed;
  }

  /**
   * The maximum number of records that each queue has held. Immutable.
   *
   * @since 0.1.0
   */
  public static final class HighWater {
    private final long main;
    private final long retry;
    private final long hold;

    private HighWater(long main, long retry, long hold) {
      this.main = Ledger.notNegative("main", main);
      this.retry = Ledger.notNegative("retry", retry);
      this.hold = Ledger.notNegative("hold", hold);
    }

    /**
     * High-water marks for classes that implement {@link AuditLog}.
     *
     * @throws IllegalArgumentException naming the queue whose number is negative
     */
    public static HighWater of(long main, long retry, long hold) {
      return new HighWater(main, retry, hold);
    }

    /** In the main queue, measured when the kauditd thread begins to empty it. */
    public long main() {
      return main;
    }

    /** In the retry queue. */
    public long retry() {
      return retry;
    }

    /** In the hold queue. */
    public long hold() {
      return hold;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof HighWater that
          && main == that.main
          && retry == that.retry
          && hold == that.hold;
    }

    @Override
    public int hashCode() {
      return Objects.hash(main, retry, hold);
    }

    /** Every queue by its name. */
    @Override
    public String toString() {
      return "main=" + main + " retry=" + retry + " hold=" + hold;
    }
  }

  /**
   * Builds a status. A value that is not set is 0, false or null; the settings are {@link
   * AuditSettings#DEFAULTS}, policy and transport are {@code none}, and the ledger is empty. Not
   * thread-safe.
   *
   * <p><b>Errors</b>: a negative number causes an {@link IllegalArgumentException} that names it, a
   * null causes a {@link NullPointerException}.
   *
   * @since 0.1.0
   */
  public static final class Builder {
    private AuditSettings settings = AuditSettings.DEFAULTS;
    private String policy = "none";
    private String transport = "none";
    private boolean connected;
    private long daemon;
    private long lost;
    private long backlogWaitTimeActualMs;
    private Ledger ledger = Ledger.builder().build();
    private HighWater highWater = HighWater.of(0, 0, 0);
    private long passes;
    private long sendAttempts;
    private long failedSends;
    private long printed;
    private long resets;
    private long endlessPasses;
    private @Nullable String lastError;
    private boolean closed;

    private Builder() {}

    private Builder(AuditStatus from) {
      settings = from.settings;
      policy = from.policy;
      transport = from.transport;
      connected = from.connected;
      daemon = from.daemon;
      lost = from.lost;
      backlogWaitTimeActualMs = from.backlogWaitTimeActualMs;
      ledger = from.ledger;
      highWater = from.highWater;
      passes = from.passes;
      sendAttempts = from.sendAttempts;
      failedSends = from.failedSends;
      printed = from.printed;
      resets = from.resets;
      endlessPasses = from.endlessPasses;
      lastError = from.lastError;
      closed = from.closed;
    }

    /** Sets {@link AuditStatus#settings}. */
    public Builder settings(AuditSettings newSettings) {
      settings = Objects.requireNonNull(newSettings, "settings");
      return this;
    }

    /** Sets {@link AuditStatus#policy}. */
    public Builder policy(String id) {
      policy = Objects.requireNonNull(id, "policy");
      return this;
    }

    /** Sets {@link AuditStatus#transport}. */
    public Builder transport(String id) {
      transport = Objects.requireNonNull(id, "transport");
      return this;
    }

    /** Sets {@link AuditStatus#connected}. */
    public Builder connected(boolean yes) {
      connected = yes;
      return this;
    }

    /** Sets {@link AuditStatus#daemon}. */
    public Builder daemon(long port) {
      daemon = Ledger.notNegative("daemon", port);
      return this;
    }

    /** Sets {@link AuditStatus#lost}. */
    public Builder lost(long records) {
      lost = Ledger.notNegative("lost", records);
      return this;
    }

    /** Sets {@link AuditStatus#backlogWaitTimeActualMs}. */
    public Builder backlogWaitTimeActualMs(long ms) {
      backlogWaitTimeActualMs = Ledger.notNegative("backlogWaitTimeActualMs", ms);
      return this;
    }

    /** Sets {@link AuditStatus#ledger}. */
    public Builder ledger(Ledger newLedger) {
      ledger = Objects.requireNonNull(newLedger, "ledger");
      return this;
    }

    /** Sets {@link AuditStatus#highWater}. */
    public Builder highWater(HighWater newHighWater) {
      highWater = Objects.requireNonNull(newHighWater, "highWater");
      return this;
    }

    /** Sets {@link AuditStatus#passes}. */
    public Builder passes(long count) {
      passes = Ledger.notNegative("passes", count);
      return this;
    }

    /** Sets {@link AuditStatus#sendAttempts}. */
    public Builder sendAttempts(long count) {
      sendAttempts = Ledger.notNegative("sendAttempts", count);
      return this;
    }

    /** Sets {@link AuditStatus#failedSends}. */
    public Builder failedSends(long count) {
      failedSends = Ledger.notNegative("failedSends", count);
      return this;
    }

    /** Sets {@link AuditStatus#printed}. */
    public Builder printed(long records) {
      printed = Ledger.notNegative("printed", records);
      return this;
    }

    /** Sets {@link AuditStatus#resets}. */
    public Builder resets(long count) {
      resets = Ledger.notNegative("resets", count);
      return this;
    }

    /** Sets {@link AuditStatus#endlessPasses}. */
    public Builder endlessPasses(long count) {
      endlessPasses = Ledger.notNegative("endlessPasses", count);
      return this;
    }

    /** Sets {@link AuditStatus#lastError}. */
    public Builder lastError(@Nullable String words) {
      lastError = words;
      return this;
    }

    /** Sets {@link AuditStatus#closed}. */
    public Builder closed(boolean yes) {
      closed = yes;
      return this;
    }

    /**
     * The status as set so far. The builder can be used further.
     *
     * @throws IllegalStateException if there is a daemon's port although none is connected
     */
    public AuditStatus build() {
      if (daemon != 0 && !connected) {
        throw new IllegalStateException(
            "daemon is " + daemon + ", but connected is false; set connected(true) too");
      }
      return new AuditStatus(this);
    }
  }
}
