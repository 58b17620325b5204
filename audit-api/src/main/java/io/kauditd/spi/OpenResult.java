// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of opening a transport. Immutable.
 *
 * @since 0.1.0
 */
public final class OpenResult {
  /**
   * The kinds of results. Later versions may add some. A transport that wraps another passes
   * results on unchanged. A switch over them needs a {@code default} that treats unknown ones as
   * {@link #FAILED}.
   *
   * @since 0.1.0
   */
  public enum Outcome {
    /** There is a daemon now. */
    CONNECTED,
    /**
     * The transport works; a daemon will register by itself, which the transport tells the engine
     * through {@link TransportContext#connect}.
     */
    LISTENING,
    /** It did not work. The engine tries again, with growing pauses. */
    FAILED,
    /** The transport is still connecting. The engine asks again, and the pauses do not grow. */
    CONNECTING
  }

  private static final OpenResult CONNECTED = new OpenResult(Outcome.CONNECTED, 0, null);
  private static final OpenResult LISTENING = new OpenResult(Outcome.LISTENING, 0, null);

  private final Outcome outcome;
  private final long peer;
  private final @Nullable String reason;

  private OpenResult(Outcome outcome, long peer, @Nullable String reason) {
    this.outcome = outcome;
    this.peer = peer;
    this.reason = reason;
  }

  /** There is a daemon now, and it has no port id: a file, a server, the kernel. */
  public static OpenResult connected() {
    return CONNECTED;
  }

  /**
   * There is a daemon now, and it has a port id.
   *
   * @param peer its port id, 1 or more
   * @throws IllegalArgumentException if it is 0 or negative
   */
  public static OpenResult connected(long peer) {
    if (peer < 1) {
      throw new IllegalArgumentException(
          "peer is " + peer + "; a port id is 1 or more, and connected() says that there is none");
    }
    return new OpenResult(Outcome.CONNECTED, peer, null);
  }

  /**
   * The transport works; a daemon will register by itself, which the transport tells the engine
   * through {@link TransportContext#connect}.
   */
  public static OpenResult listening() {
    return LISTENING;
  }

  /**
   * It did not work. The engine tries again, with growing pauses.
   *
   * @param reason what happened, and where, in words. The message of an exception may be null;
   *     {@code String.valueOf(e)} never is
   * @throws NullPointerException if the reason is null
   */
  public static OpenResult failed(String reason) {
    return new OpenResult(Outcome.FAILED, 0, Objects.requireNonNull(reason, "reason"));
  }

  /**
   * Connecting takes longer than {@link Transport#open} may take, and continues in the background.
   * The next call of {@code open} returns its result, or this again. This is not a failure, but it
   * is reported if it lasts.
   *
   * @param reason what is waited for, in words: {@code still connecting to HOST:PORT}
   */
  public static OpenResult connecting(String reason) {
    return new OpenResult(Outcome.CONNECTING, 0, Objects.requireNonNull(reason, "reason"));
  }

  /** The kind of result. */
  public Outcome outcome() {
    return outcome;
  }

  /** The daemon's port id, 1 or more; 0 if there is no daemon, or it has no port. */
  public long peer() {
    return peer;
  }

  /**
   * What happened, if it {@linkplain #failed failed}, or what is waited for, if it is {@linkplain
   * #connecting connecting}; null otherwise.
   */
  public @Nullable String reason() {
    return reason;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OpenResult that
        && outcome == that.outcome
        && peer == that.peer
        && Objects.equals(reason, that.reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(outcome, peer, reason);
  }

  /** For example {@code connected}, {@code connected (4711)} or {@code failed: no such host}. */
  @Override
  public String toString() {
    return switch (outcome) {
      case CONNECTED -> peer == 0 ? "connected" : "connected (" + peer + ")";
      case LISTENING -> "listening";
      case FAILED -> "failed: " + reason;
      case CONNECTING -> "connecting: " + reason;
    };
  }
}
