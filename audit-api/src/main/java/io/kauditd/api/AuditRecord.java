// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One audit record: a type, the time and serial of the event it belongs to, and its text.
 *
 * <p>Records are immutable. The text is kept in the form it came in, as a string or as bytes, so
 * that a record passes from a producer to a transport without being encoded twice; a record that
 * was read as bytes is written as the same bytes, whether they are UTF-8 or not.
 *
 * <p>Several records may belong to one event; they share time and serial.
 *
 * @since 0.1.0
 */
public final class AuditRecord {
  /** The longest record text, in bytes: what the kernel and the audit daemon accept. */
  public static final int MAX_LENGTH_BYTES = 8970;

  /**
   * The longest text of an enriched record, in bytes: at most {@link #MAX_LENGTH_BYTES} up to the
   * byte 0x1D, and behind it the names that the audit daemon has put to the record's numbers. The
   * daemon itself stops at 9,225 bytes for the whole line; the rest is room for others.
   */
  public static final int MAX_ENRICHED_LENGTH_BYTES = 12 * 1024;

  /** The byte between a record's text and the names that the audit daemon puts behind it. */
  static final byte ENRICHED = 0x1D;

  private final int type;
  private final long timeMs;
  private final long serial;
  private final Object text; // String or byte[]
  private final @Nullable Extras extras;

  /**
   * What few records have, in an object of its own. One reference for both keeps a record at 40
   * bytes (compressed references and class pointers); a field of eight bytes more would make it 48,
   * for the millions that have neither.
   */
  private record Extras(@Nullable Object head, long number) { // String or byte[]
    static @Nullable Extras of(@Nullable Object head, long number) {
      return head == null && number == 0 ? null : new Extras(head, number);
    }
  }

  private AuditRecord(int type, long timeMs, long serial, Object text, @Nullable Extras extras) {
    if (type < 0) {
      throw new IllegalArgumentException("record type " + type + " is negative");
    }
    if (timeMs < 0) {
      throw new IllegalArgumentException("time " + timeMs + " ms is before 1970");
    }
    this.type = type;
    this.timeMs = timeMs;
    this.serial = serial;
    this.text = Objects.requireNonNull(text, "text");
    this.extras = extras;
  }

  /**
   * A record with a string as its text.
   *
   * @param type the record type, for example {@link RecordType#USER_LOGIN}; 0 or greater
   * @param timeMs milliseconds since the epoch, 0 or greater
   * @param serial the serial of the event, taken as unsigned
   * @param text the text after {@code audit(…): }, without a line end
   * @throws IllegalArgumentException if type or time is negative
   */
  public static AuditRecord of(int type, long timeMs, long serial, String text) {
    return new AuditRecord(type, timeMs, serial, text, null);
  }

  /**
   * A record with bytes as its text. The array is not copied: the caller hands it over and does not
   * change it any more.
   */
  public static AuditRecord ofBytes(int type, long timeMs, long serial, byte[] text) {
    return new AuditRecord(type, timeMs, serial, text, null);
  }

  /**
   * The same record with its own head: what stands before {@code msg=audit(…)} in its log line, for
   * example {@code node=web1 type=USER_LOGIN}. A record without one gets {@code type=} and the name
   * of its type. A record read from a log keeps a head that is not the usual one, so that it can be
   * written as it was. A head that has a {@code msg=audit(…)} of its own reaches up to the text,
   * which follows it directly (old audit daemons wrote {@code type=DAEMON_CONFIG
   * msg=audit(1490239800.477:34) config changed}, without the colon).
   */
  public AuditRecord withHead(@Nullable String newHead) {
    return new AuditRecord(type, timeMs, serial, text, Extras.of(newHead, number()));
  }

  /**
   * The same record with its {@link #number}.
   *
   * @param newNumber 1 or greater; 0 takes the number away
   * @throws IllegalArgumentException if it is negative
   */
  public AuditRecord withNumber(long newNumber) {
    if (newNumber < 0) {
      throw new IllegalArgumentException(
          "record number " + newNumber + " is negative; numbers begin with 1, and 0 is for none");
    }
    return new AuditRecord(type, timeMs, serial, text, Extras.of(rawHead(), newNumber));
  }

  /**
   * As {@link #withHead}, in bytes: a name of a host may not be UTF-8. The array is not copied: the
   * caller hands it over and does not change it any more.
   */
  public AuditRecord withHeadBytes(byte[] newHead) {
    Objects.requireNonNull(newHead, "newHead");
    return new AuditRecord(type, timeMs, serial, text, Extras.of(newHead, number()));
  }

  /** The record type, a number; {@link RecordType#nameOf(int)} has its name. */
  public int type() {
    return type;
  }

  /** The time of the event, in milliseconds since the epoch. */
  public long timeMs() {
    return timeMs;
  }

  /** The serial of the event. */
  public long serial() {
    return serial;
  }

  /**
   * The record's own head, see {@link #withHead}; null for the usual one. Bytes that are not UTF-8
   * are replaced by U+FFFD here (not by {@link #headBytes}).
   */
  public @Nullable String head() {
    Object head = rawHead();
    return head instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : (String) head;
  }

  /**
   * The record's own head as bytes, a string as UTF-8; null for the usual one. The array may be the
   * record's own: it must not be changed.
   */
  public byte @Nullable [] headBytes() {
    Object head = rawHead();
    return head instanceof String s ? s.getBytes(StandardCharsets.UTF_8) : (byte[]) head;
  }

  /** The head as it is kept: {@code String}, {@code byte[]}, which must not be changed, or null. */
  public @Nullable Object rawHead() {
    return extras == null ? null : extras.head();
  }

  /**
   * Where the record stands among those that one engine has taken, 1 or greater; 0 if it has no
   * number. An engine gives numbers where somebody asks for them; they grow in the order in which
   * records were taken, and a queue that outlives the program keeps them. So a record that comes a
   * second time can be told from one that says the same.
   *
   * <p>It says nothing of what happened: {@link #equals} does not look at it, and it is not written
   * in the record's line.
   */
  public long number() {
    return extras == null ? 0 : extras.number();
  }

  /** The text; bytes that are not UTF-8 are replaced by U+FFFD here (not by {@link #textBytes}). */
  public String text() {
    return text instanceof String s ? s : new String((byte[]) text, StandardCharsets.UTF_8);
  }

  /**
   * The text as bytes, a string as UTF-8. The array may be the record's own: it must not be
   * changed.
   */
  public byte[] textBytes() {
    return text instanceof String s ? s.getBytes(StandardCharsets.UTF_8) : (byte[]) text;
  }

  /**
   * The text as it is kept, {@code String} or {@code byte[]}: for transports that encode without a
   * copy. A {@code byte[]} must not be changed.
   */
  public Object rawText() {
    return text;
  }

  /**
   * Whether type, time, serial, head and the bytes of the text are the same, whatever the number.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuditRecord that
        && type == that.type
        && timeMs == that.timeMs
        && serial == that.serial
        && Arrays.equals(headBytes(), that.headBytes())
        && Arrays.equals(textBytes(), that.textBytes());
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, timeMs, serial);
  }

  /** The record as its log line. */
  @Override
  public String toString() {
    return AuditLine.format(this);
  }
}
