// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line that is not in the audit daemon's own form, and the record that may be in it all the same:
 * behind a syslog header, in the form of the kernel's log, or without a stamp.
 *
 * @param kind what was found
 * @param host the host that a syslog header names; empty if there is none
 * @param removed what the note says of what stood before the record; null if nothing did
 * @param record the record; of {@link Kind#NO_STAMP} without a time and serial of its own; null if
 *     there is none
 */
record ForeignLine(Kind kind, String host, @Nullable String removed, @Nullable AuditRecord record) {
  /** What a line is. */
  enum Kind {
    /** The audit daemon's line behind a syslog header, or blanks. */
    SYSLOG,
    /** The kernel's own form: {@code audit: type=1400 audit(…): …}. */
    KERNEL,
    /** The form of old kernels, which names no type: {@code audit(…): …}. */
    KERNEL_WITHOUT_TYPE,
    /** A record that has a type and no stamp, or none that can be read. */
    NO_STAMP,
    /** The kernel says that it lost records, or left them out of its log. */
    KERNEL_LOSS,
    /** Something that looks like a record stands where none is expected. */
    SUSPECT,
    /** Any other text. */
    OTHER
  }

  /** One word, or several with a space between: as AuditLine reads it. */
  private static final String HOST_NAME =
      "(?:[^\\x00-\\x20]*"
          + "|(?=[^\\x00-\\x1F=]{1,64} type=)[^\\x00-\\x20=]+(?: [^\\x00-\\x20=]+)+)";

  private static final Pattern OWN =
      Pattern.compile(
          "(?<head>(?:(?:node|host)=" + HOST_NAME + " )?type=(?<name>[!-~]{1,255})) (?<msg>msg=)?");
  private static final Pattern KERNEL = Pattern.compile("type=(?<number>\\d{1,9}) (?=audit\\()");
  private static final Pattern KERNEL_STAMP = Pattern.compile("audit\\(\\d{1,16}\\.\\d{3}:\\d");
  private static final Pattern JOURNAL =
      Pattern.compile(
          "(?:AUDIT(?<number>\\d{4})|<audit-(?<old>\\d{4})>|(?<name>[A-Z][A-Z0-9_]{1,63}))(?: |$)");
  private static final Pattern LOSS =
      Pattern.compile(
          "audit_lost=|audit_backlog=|backlog limit exceeded|rate limit exceeded"
              + "|kauditd hold queue overflow|out of memory in |error in audit_log"
              + "|[a-z_]{1,40}: \\d+ callbacks suppressed");
  private static final Pattern SUPPRESSED =
      Pattern.compile("k?audit[a-z_]{0,40}: \\d+ callbacks suppressed");
  private static final Pattern LOOKS_LIKE_ONE =
      Pattern.compile("(?:\\btype=\\S{1,64} (?:msg=)?|\\bmsg=|(?:^| ))audit\\(");

  /**
   * Looks at a line.
   *
   * @param bytes the line, without its line end
   * @param form what is expected; {@link LineRules.Form#PLAIN} is not
   */
  static ForeignLine of(byte[] bytes, LineRules.Form form) {
    String line = new String(bytes, ISO_8859_1);
    LineHeader header = form == LineRules.Form.AUDITD ? LineHeader.NONE : LineHeader.of(line);
    ForeignLine found = behind(header, line);
    if (found == null && header.end() > 0) { // "audit" may be part of the text
      found = behind(LineHeader.NONE, line);
    }
    if (found != null && fits(found, form, header)) {
      return found;
    }
    boolean suspect = found != null || LOOKS_LIKE_ONE.matcher(line).find();
    return new ForeignLine(suspect ? Kind.SUSPECT : Kind.OTHER, "", null, null);
  }

  private static boolean fits(ForeignLine found, LineRules.Form form, LineHeader header) {
    return switch (form) {
      case AUTO -> true;
      case AUDITD -> found.kind == Kind.NO_STAMP;
      case SYSLOG -> header.syslog();
      case KERNEL ->
          found.kind == Kind.KERNEL
              || found.kind == Kind.KERNEL_WITHOUT_TYPE
              || found.kind == Kind.KERNEL_LOSS;
      case PLAIN -> false;
    };
  }

  private static @Nullable ForeignLine behind(LineHeader header, String line) {
    int at = header.end();
    Matcher kernel = at(KERNEL, line, at);
    if (kernel.lookingAt()) {
      int type = Integer.parseInt(kernel.group("number"));
      return kernelLine(Kind.KERNEL, type, line, header, kernel.end());
    }
    if (at(KERNEL_STAMP, line, at).lookingAt()) {
      int textAt = line.indexOf("): ", at) + 3;
      int type =
          textAt > 2 && line.startsWith("avc: ", textAt) ? RecordType.AVC : RecordType.KERNEL;
      return kernelLine(Kind.KERNEL_WITHOUT_TYPE, type, line, header, at);
    }
    Matcher own = at(OWN, line, at);
    if (own.lookingAt()) {
      return ownLine(own, header, line);
    }
    if (header.tagged()) {
      Matcher journal = at(JOURNAL, line, at);
      if (journal.lookingAt()) {
        return journalLine(journal, line, header);
      }
    }
    boolean loss =
        header.tagged()
            ? at(LOSS, line, at).lookingAt()
            : at > 0 && at(SUPPRESSED, line, at).lookingAt();
    return loss ? new ForeignLine(Kind.KERNEL_LOSS, "", null, null) : null;
  }

  private static ForeignLine of(Kind kind, LineHeader header, AuditRecord record) {
    boolean kernels = kind == Kind.KERNEL || kind == Kind.KERNEL_WITHOUT_TYPE;
    String removed = null;
    if (header.end() > 0) {
      removed =
          header.blank()
              ? "blanks before records removed"
              : kernels ? "prefixes of the kernel log removed" : "syslog headers removed";
    }
    return new ForeignLine(kind, header.host(), removed, record);
  }

  private static Matcher at(Pattern pattern, String line, int from) {
    return pattern.matcher(line).region(from, line.length());
  }

  /** The record of a line that the kernel wrote: the daemon's line is made of it and read. */
  private static @Nullable ForeignLine kernelLine(
      Kind kind, int type, String line, LineHeader header, int stampFrom) {
    String daemons = "type=" + RecordType.nameOf(type) + " msg=" + line.substring(stampFrom);
    AuditRecord record = AuditLine.parse(daemons.getBytes(ISO_8859_1));
    return record == null ? null : of(kind, header, record);
  }

  private static @Nullable ForeignLine ownLine(Matcher own, LineHeader header, String line) {
    int from = header.end();
    String body = line.substring(from);
    String shown = header.syslog() ? withoutEscapes(body) : body;
    AuditRecord record = AuditLine.parse(shown.getBytes(ISO_8859_1));
    if (record != null) {
      return of(Kind.SYSLOG, header, record);
    }
    String name = own.group("name");
    OptionalInt type = RecordType.parse(name);
    boolean named = type.isPresent() && !Character.isDigit(name.charAt(0));
    if (!named && own.group("msg") == null) {
      return null; // any text may begin with type=
    }
    String head = own.group("head");
    if (head.length() > AuditLineEncoder.MAX_HEAD_BYTES) {
      return null; // no record can carry it
    }
    byte[] text = line.substring(own.end("head") + 1).getBytes(ISO_8859_1);
    return of(Kind.NO_STAMP, header, withoutStamp(type.orElse(RecordType.UNKNOWN), text, head));
  }

  private static @Nullable ForeignLine journalLine(
      Matcher journal, String line, LineHeader header) {
    String number =
        journal.group("number") != null ? journal.group("number") : journal.group("old");
    String name = number != null ? number : journal.group("name");
    OptionalInt type = RecordType.parse(name);
    if (type.isEmpty()) {
      return null;
    }
    byte[] text = line.substring(journal.end()).getBytes(ISO_8859_1);
    String head = "type=" + RecordType.nameOf(type.getAsInt());
    return of(Kind.NO_STAMP, header, withoutStamp(type.getAsInt(), text, head));
  }

  private static AuditRecord withoutStamp(int type, byte[] text, String head) {
    AuditRecord record = AuditRecord.ofBytes(type, 0, 0, text);
    boolean usual = head.equals("type=" + RecordType.nameOf(type));
    return usual ? record : record.withHeadBytes(head.getBytes(ISO_8859_1));
  }

  /**
   * Undoes what rsyslog does to control characters, a number sign and the octal number: to the byte
   * before the names of an enriched record, and to tabs. Not in double quotes: the kernel writes no
   * control characters there, so four characters that look like one are these four characters.
   */
  static String withoutEscapes(String text) {
    if (text.indexOf("#0") < 0) {
      return text;
    }
    var result = new StringBuilder(text.length());
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      }
      if (!quoted && text.startsWith("#035", i) && isUpperCase(text, i + 4)) {
        result.append('\u001D');
        i += 3;
      } else if (!quoted && text.startsWith("#011", i)) {
        result.append('\t');
        i += 3;
      } else {
        result.append(c);
      }
    }
    return result.toString();
  }

  private static boolean isUpperCase(String text, int at) {
    return at < text.length() && text.charAt(at) >= 'A' && text.charAt(at) <= 'Z';
  }
}
