// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The whereabouts of every record: the records that came in are those that were delivered, wait, or
 * were dropped. Between two passes it always balances. Immutable.
 *
 * @since 0.1.0
 */
public final class Ledger {
  private final long logged;
  private final long recovered;
  private final long delivered;
  private final long sentAgain;
  private final long inMain;
  private final long inRetry;
  private final long inHold;
  private final Map<LostReason, Long> dropped;
  private final long droppedTotal;

  private Ledger(Builder from) {
    logged = from.logged;
    recovered = from.recovered;
    delivered = from.delivered;
    sentAgain = from.sentAgain;
    inMain = from.inMain;
    inRetry = from.inRetry;
    inHold = from.inHold;
    dropped = Collections.unmodifiableMap(new EnumMap<>(from.dropped)); // the builder may go on
    droppedTotal = dropped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** An empty ledger, for classes that implement {@link AuditLog}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Records that producers logged, accepted or not. */
  public long logged() {
    return logged;
  }

  /** Records that were in a queue from an earlier run of the program. */
  public long recovered() {
    return recovered;
  }

  /** Records that the transport took. */
  public long delivered() {
    return delivered;
  }

  /**
   * How often a record was sent again because its acknowledgement was lost: the largest possible
   * number of duplicates. It is not part of the balance. It counts what the transport reports
   * within this run, so a record that was in flight when a program was killed is not included.
   */
  public long sentAgain() {
    return sentAgain;
  }

  /** Records in the main queue. */
  public long inMain() {
    return inMain;
  }

  /** Records in the retry queue. */
  public long inRetry() {
    return inRetry;
  }

  /** Records in the hold queue. */
  public long inHold() {
    return inHold;
  }

  /** Records dropped, by reason; 0 for a reason that never happened. Unmodifiable. */
  public Map<LostReason, Long> dropped() {
    return dropped;
  }

  /** The records dropped for {@code reason}. */
  public long dropped(LostReason reason) {
    return dropped.getOrDefault(reason, 0L);
  }

  /** All records dropped. */
  public long droppedTotal() {
    return droppedTotal;
  }

  /** The records that still wait in a queue. */
  public long waiting() {
    return inMain + inRetry + inHold;
  }

  /** Whether every record is counted. */
  public boolean balances() {
    return logged + recovered == delivered + waiting() + droppedTotal;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ledger that
        && logged == that.logged
        && recovered == that.recovered
        && delivered == that.delivered
        && sentAgain == that.sentAgain
        && inMain == that.inMain
        && inRetry == that.inRetry
        && inHold == that.inHold
        && dropped.equals(that.dropped);
  }

  @Override
  public int hashCode() {
    return Objects.hash(logged, recovered, delivered, sentAgain, inMain, inRetry, inHold, dropped);
  }

  /** Every number by its name; of the reasons for a drop, those that happened. */
  @Override
  public String toString() {
    var text =
        new StringBuilder("logged=")
            .append(logged)
            .append(" recovered=")
            .append(recovered)
            .append(" delivered=")
            .append(delivered)
            .append(" sentAgain=")
            .append(sentAgain)
            .append(" inMain=")
            .append(inMain)
            .append(" inRetry=")
            .append(inRetry)
            .append(" inHold=")
            .append(inHold)
            .append(" dropped=")
            .append(droppedTotal);
    dropped.forEach((reason, count) -> {
      if (count > 0) {
        text.append(' ').append(reason).append('=').append(count);
      }
    });
    return text.toString();
  }

  /**
   * Builds a ledger. A number that is not set is 0. Not thread-safe.
   *
   * <p><b>Errors</b>: a negative number causes an {@link IllegalArgumentException} that names it.
   * The ledger need not balance; {@link Ledger#balances} tells.
   *
   * @since 0.1.0
   */
  public static final class Builder {
    private final EnumMap<LostReason, Long> dropped = new EnumMap<>(LostReason.class);
    private long logged;
    private long recovered;
    private long delivered;
    private long sentAgain;
    private long inMain;
    private long inRetry;
    private long inHold;

    private Builder() {
      for (LostReason reason : LostReason.values()) {
        dropped.put(reason, 0L);
      }
    }

    /** Sets {@link Ledger#logged}. */
    public Builder logged(long records) {
      logged = notNegative("logged", records);
      return this;
    }

    /** Sets {@link Ledger#recovered}. */
    public Builder recovered(long records) {
      recovered = notNegative("recovered", records);
      return this;
    }

    /** Sets {@link Ledger#delivered}. */
    public Builder delivered(long records) {
      delivered = notNegative("delivered", records);
      return this;
    }

    /** Sets {@link Ledger#sentAgain}. */
    public Builder sentAgain(long records) {
      sentAgain = notNegative("sentAgain", records);
      return this;
    }

    /** Sets {@link Ledger#inMain}. */
    public Builder inMain(long records) {
      inMain = notNegative("inMain", records);
      return this;
    }

    /** Sets {@link Ledger#inRetry}. */
    public Builder inRetry(long records) {
      inRetry = notNegative("inRetry", records);
      return this;
    }

    /** Sets {@link Ledger#inHold}. */
    public Builder inHold(long records) {
      inHold = notNegative("inHold", records);
      return this;
    }

    /** Sets {@link Ledger#dropped(LostReason)}, the records dropped for one reason. */
    public Builder dropped(LostReason reason, long records) {
      Objects.requireNonNull(reason, "reason");
      dropped.put(reason, notNegative("dropped for " + reason, records));
      return this;
    }

    /** The ledger as set so far. The builder can be used further. */
    public Ledger build() {
      return new Ledger(this);
    }
  }

  /** Refuses a negative count by its name. */
  static long notNegative(String name, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(name + " is " + count + "; it must be 0 or more");
    }
    return count;
  }
}
