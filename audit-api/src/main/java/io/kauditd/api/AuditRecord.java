// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One audit record: a type, the time and serial of the event it belongs to, and its text.
 *
 * <p>Records are immutable. The text is kept as the string or the bytes that it came as, so it is
 * encoded at most once. A record that was read as bytes is written as the same bytes, whether they
 * are UTF-8 or not.
 *
 * <p>Several records may belong to one event. They share time and serial.
 *
 * @since 0.1.0
 */
public final class AuditRecord {
  /** The maximum length of a record's text, in bytes, as in the kernel and the audit daemon. */
  public static final int MAX_LENGTH_BYTES = 8970;

  /**
   * The maximum length of the text of an enriched record, in bytes: at most {@link
   * #MAX_LENGTH_BYTES} up to the byte 0x1D, and then the names that the audit daemon has added for
   * the record's numbers. The daemon itself writes at most 9,225 bytes for the whole line; other
   * programs may write more.
   */
  public static final int MAX_ENRICHED_LENGTH_BYTES = 12 * 1024;

  /** The byte between a record's text and the names that the audit daemon appends. */
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
   * A record with bytes as its text. The array is not copied, so the caller must not change it
   * afterwards.
   */
  public static AuditRecord ofBytes(int type, long timeMs, long serial, byte[] text) {
    return new AuditRecord(type, timeMs, serial, text, null);
  }

  /**
   * The same record with its own head: the part before {@code msg=audit(…)} in its log line, for
   * example {@code node=web1 type=USER_LOGIN}. A record without one gets {@code type=} and the name
   * of its type. A record from a log keeps an unusual head, so that it can be written unchanged. If
   * the head itself contains {@code msg=audit(…)}, the text follows it directly (old audit daemons
   * wrote {@code type=DAEMON_CONFIG msg=audit(1490239800.477:34) config changed}, without the
   * colon).
   */
  public AuditRecord withHead(@Nullable String newHead) {
    return new AuditRecord(type, timeMs, serial, text, Extras.of(newHead, number()));
  }

  /**
   * The same record with its {@link #number}.
   *
   * @param newNumber 1 or greater; 0 removes the number
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
   * As {@link #withHead}, in bytes, because a host name need not be UTF-8. The array is not copied,
   * so the caller must not change it afterwards.
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
   * become U+FFFD here (but not in {@link #headBytes}).
   */
  public @Nullable String head() {
    Object head = rawHead();
    return head instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : (String) head;
  }

  /**
   * The record's own head as bytes, a string as UTF-8; null for the usual one. The caller must not
   * change the array.
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
   * The record's position among those that one engine has taken, 1 or greater; 0 for none. An
   * engine numbers records only if it is asked to. Numbers increase in the order in which records
   * were taken, and a queue that outlives the program keeps them. So a duplicate can be told from
   * another record with the same text.
   *
   * <p>The number is not part of the event: {@link #equals} ignores it, and it is not written in
   * the record's line.
   */
  public long number() {
    return extras == null ? 0 : extras.number();
  }

  /** The text. Bytes that are not UTF-8 become U+FFFD here (but not in {@link #textBytes}). */
  public String text() {
    return text instanceof String s ? s : new String((byte[]) text, StandardCharsets.UTF_8);
  }

  /** The text as bytes, a string as UTF-8. The caller must not change the array. */
  public byte[] textBytes() {
    return text instanceof String s ? s.getBytes(StandardCharsets.UTF_8) : (byte[]) text;
  }

  /**
   * The text as it is kept, {@code String} or {@code byte[]}, for transports that encode without a
   * copy. The caller must not change a {@code byte[]}.
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
