// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the text of a record from fields. Values are encoded, so none can make a second field or
 * line. A value that the audit tools can read directly is put in quotes; any other is written as
 * hexadecimal digits, which they decode ({@code ausearch -i}). Follows audit_log_untrustedstring()
 * and libaudit.
 *
 * <p>A {@linkplain RecordType#isUserMessage user message} gets the fields that the audit tools
 * search, as libaudit and the kernel together write them:
 *
 * <pre>
 * pid=7 uid=0 auid=1000 ses=3 msg='op=login acct="alice" exe="/usr/bin/java" hostname=? addr=192.0.2.7 terminal=? res=failed'
 * </pre>
 *
 * {@code op} and {@code acct} come first, then other fields in the order in which they were given,
 * then those that every user message has ({@code ?} if the caller gave none). Any other record has
 * its fields in the order in which they were given.
 *
 * <p>Names: a letter from a to z and up to 63 of a to z, 0 to 9, {@code _} and {@code -}; each
 * once. Names that the tools would misread are refused: {@code msg}, {@code type}, {@code node},
 * and {@code res}, which {@link #result} sets; and in a user message {@code pid}, {@code uid},
 * {@code auid}, {@code ses}, {@code subj}, and longer names with one of these endings, such as
 * {@code myacct}: {@code uid}, {@code acct}, {@code exe}, {@code hostname}, {@code terminal},
 * {@code res}, {@code result}, {@code cwd}, {@code comm}. {@link #nameFor} makes a valid name from
 * any text.
 *
 * <p>It is not thread-safe. <b>Errors</b>: a refused name, a name given twice, a value longer than
 * {@link #MAX_VALUE_BYTES}, and fields that together are longer than a record cause an {@link
 * IllegalArgumentException} that names the field. The text is unchanged then.
 *
 * @since 0.1.0
 */
public final class RecordText {
  /** The maximum length of a value, in bytes as UTF-8. Even encoded it fits into a record. */
  public static final int MAX_VALUE_BYTES = 4096;

  /** What a value that was cut ends with. */
  private static final String CUT = "...";

  /** What the kernel and libaudit write for what is not known. */
  private static final String NOT_KNOWN = "?";

  private static final String[] LAST = {
    FieldNames.EXE, FieldNames.HOSTNAME, FieldNames.ADDR, FieldNames.TERMINAL
  };

  /** Names, quotes, spaces and marks of all that a user message has besides its own fields. */
  private static final int FRAME_BYTES =
      " msg='op= acct= exe= hostname=? addr=? terminal=? res=success'".length();

  private final boolean userMessage;
  private final boolean decodesAll;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private int lengthBytes;
  private @Nullable Boolean success;

  private RecordText(int type) {
    if (type < 0) {
      throw new IllegalArgumentException("record type " + type + " is negative");
    }
    userMessage = RecordType.isUserMessage(type);
    decodesAll = type == RecordType.TRUSTED_APP; // follows auparse_interp_adjust_type(), auparse
    if (userMessage) {
      lengthBytes = Sender.self().prefix().length() + Sender.self().exe().length() + FRAME_BYTES;
    } else {
      lengthBytes = " res=1".length();
    }
  }

  /**
   * The text of a record of this type, without a field.
   *
   * @param type 0 or greater
   * @throws IllegalArgumentException if it is negative
   */
  public static RecordText of(int type) {
    return new RecordText(type);
  }

  /**
   * Adds a field whose value the program chose, {@code op=login}: a word is written without quotes,
   * anything else as {@link #text} writes it.
   *
   * @param name see the class
   * @param value null for what is not known, written as {@code ?}
   */
  public RecordText field(String name, @Nullable String value) {
    return put(name, value, !FieldNames.isDecoded(name));
  }

  /** Adds a field with a number, {@code port=443}. */
  public RecordText field(String name, long value) {
    return put(name, Long.toString(value), true);
  }

  /**
   * Adds a field whose value comes from outside: {@code acct="alice"}, {@code acct=626F62206C6565}.
   * {@code op}, {@code hostname}, {@code addr} and {@code terminal} are written without quotes if
   * they are words, as the tools expect them.
   *
   * @param name see the class
   * @param value null for what is not known, written as {@code ?}
   */
  public RecordText text(String name, @Nullable String value) {
    return put(name, value, FieldNames.isBare(name));
  }

  /**
   * Adds a field as {@link #text} does, but cuts a value that is too long, which then ends with
   * {@code ...}. If the record is full, the field is left out.
   */
  public RecordText excerpt(String name, @Nullable String value) {
    if (value == null) {
      return text(name, null);
    }
    FieldNames.check(name, userMessage);
    int room = AuditRecord.MAX_LENGTH_BYTES - lengthBytes - added(name, "\"\"");
    int most = Math.min(MAX_VALUE_BYTES, room / 2);
    if (room < 0) {
      return this;
    }
    if (FieldValues.charsWithin(value, most) == value.length()) {
      return text(name, value);
    }
    int chars = FieldValues.charsWithin(value, Math.max(0, most - CUT.length()));
    return text(name, most < CUT.length() ? "" : value.substring(0, chars) + CUT);
  }

  /**
   * Sets the result: {@code res=success} or {@code res=failed} in a user message, {@code res=1} or
   * {@code res=0}, as the kernel writes it, in any other record. The last call counts.
   */
  public RecordText result(boolean successful) {
    success = successful;
    return this;
  }

  /** A valid field name that is as close as possible to this text. */
  public static String nameFor(String wished) {
    return FieldNames.usable(Objects.requireNonNull(wished, "wished"));
  }

  private RecordText put(String name, @Nullable String value, boolean bare) {
    Objects.requireNonNull(name, "name");
    FieldNames.check(name, userMessage);
    if (fields.containsKey(name)) {
      throw new IllegalArgumentException(
          "field " + name + " is there already; a field has one value");
    }
    if (value != null && value.length() > MAX_VALUE_BYTES / 4) {
      checkLength(name, value);
    }
    String encoded;
    if (value == null) {
      encoded = NOT_KNOWN;
    } else if (bare && FieldValues.isWord(value) && !(decodesAll && FieldValues.isHex(value))) {
      encoded = value;
    } else {
      encoded = FieldValues.encode(value);
    }
    int after = lengthBytes + added(name, encoded);
    if (after > AuditRecord.MAX_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "with field "
              + name
              + " the record would be "
              + after
              + " bytes long; a record has at most "
              + AuditRecord.MAX_LENGTH_BYTES);
    }
    lengthBytes = after;
    fields.put(name, encoded);
    return this;
  }

  private static void checkLength(String name, String value) {
    int length = FieldValues.lengthBytes(value);
    if (length > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "the value of field "
              + name
              + " is "
              + length
              + " bytes long; a value has at most "
              + MAX_VALUE_BYTES
              + ", and excerpt(…) cuts it");
    }
  }

  private static int added(String name, String encoded) {
    return 1 + name.length() + 1 + encoded.length();
  }

  /** The text, as it is now. */
  @Override
  public String toString() {
    var text = new StringBuilder(lengthBytes);
    if (!userMessage) {
      fields.forEach((name, value) -> put(text, name, value));
      if (success != null) {
        put(text, FieldNames.RES, success ? "1" : "0");
      }
      return text.toString();
    }
    var rest = new LinkedHashMap<>(fields);
    text.append(Sender.self().prefix()).append(" msg='");
    for (String name : new String[] {FieldNames.OP, FieldNames.ACCT}) {
      String value = rest.remove(name);
      if (value != null) {
        put(text, name, value);
      }
    }
    var last = new LinkedHashMap<String, String>();
    for (String name : LAST) {
      String value = rest.remove(name);
      boolean exe = name.equals(FieldNames.EXE);
      last.put(name, value != null ? value : exe ? Sender.self().exe() : NOT_KNOWN);
    }
    rest.forEach((name, value) -> put(text, name, value));
    last.forEach((name, value) -> put(text, name, value));
    if (success != null) {
      put(text, FieldNames.RES, success ? "success" : "failed");
      return text.append('\'').toString();
    }
    return text.append(" '").toString(); // ausearch looks for the space behind the terminal
  }

  private static void put(StringBuilder text, String name, String value) {
    if (!text.isEmpty() && text.charAt(text.length() - 1) != '\'') {
      text.append(' ');
    }
    text.append(name).append('=').append(value);
  }
}
