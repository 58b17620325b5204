// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a line before the audit record: a syslog header, a stamp of the kernel log,
 * blanks, or nothing. A header has a form of its own, and the record has to follow it at once: what
 * a program logs in the middle of its message is never taken for a record.
 *
 * @param end where the record begins
 * @param host the host that syslog names; empty if there is none
 * @param blank whether nothing but blanks stands before it
 * @param syslog whether there is a syslog header
 * @param tagged whether the record is said to come from the audit system: {@code audit:}
 */
record LineHeader(int end, String host, boolean blank, boolean syslog, boolean tagged) {
  /** Nothing. */
  static final LineHeader NONE = new LineHeader(0, "", false, false, false);

  private static final String PRIORITY = "<\\d{1,3}>";
  private static final String ISO_TIME =
      "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?";

  /** The name of a day or a month, in the user's language. */
  private static final String NAME = "[^\\s:=,\\[\\]<>]{1,40}";

  private static final String CLOCK = "\\d\\d:\\d\\d:\\d\\d";
  private static final String BSD_TIME = // a day of the week first: logread
      "(?:"
          + NAME
          + " )?"
          + NAME
          + " {1,2}\\d{1,2} (?:\\d{4} )?"
          + CLOCK
          + "(?:\\.\\d{1,9})?(?: \\d{4})?";
  private static final String LONG_TIME = // journalctl -o short-full
      "[A-Z][a-z]{2} \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})? [A-Z0-9:+-]{1,9}";
  private static final String EPOCH = "\\d{9,11}\\.\\d{3,9}"; // journalctl -o short-unix
  private static final String SECONDS = "\\d{1,9}[.,]\\d{3,9}";
  private static final String DELTA = "< {0,9}" + SECONDS + " ?>"; // since the line before
  private static final String UPTIME = "\\[ {0,9}" + SECONDS + "(?: " + DELTA + ")?\\]";
  private static final String TIME =
      "(?:" + String.join("|", ISO_TIME, BSD_TIME, LONG_TIME, EPOCH, UPTIME) + ")";
  // Without a colon only before a record; and what the kernel says of its own printing is no tag.
  private static final String TAG =
      "(?!k?audit[a-z_]{0,40}_skb:)(?<tag>[^\\s:=\\[\\]<>]{1,64})(?:\\[[^\\]\\s]{0,64}\\])?"
          + "(?:(?<colon>:) {0,2}| {1,2}(?=(?:type|node|host)=))";
  private static final String STRUCTURED =
      "(?:-|(?:\\[(?:[^\\]\"]|\"(?:[^\"\\\\]|\\\\.)*+\")*+\\])++)";
  private static final String BOM = "(?:\u00EF\u00BB\u00BF)?"; // three bytes, a character each
  private static final String BLANKS =
      BOM + "[ \t]{0,16}"; // a template without a header leaves one

  private static final String RFC_5424 =
      PRIORITY
          + "1 (?:-|"
          + ISO_TIME
          + ") (?:-|(?<node>\\S{1,255})) (?<app>\\S{1,48}) \\S{1,128} \\S{1,32} "
          + STRUCTURED
          + " {0,2}" // two by a template that puts one before the message's own
          + BOM;
  private static final String FACILITY =
      "[a-z\\d]{1,10}\\.(?:emerg|alert|crit|err|warn|warning|notice|info|debug) ";
  private static final String RFC_3164 =
      "(?:(?:"
          + PRIORITY
          + ")?"
          + TIME
          + " (?:(?!"
          + FACILITY
          + ")(?<host>\\S{1,255}) )?(?:"
          + FACILITY
          + ")?|"
          + PRIORITY
          + ")"
          + TAG;

  private static final String DMESG_LEVEL = "[a-z]{1,8} {0,4}:[a-z]{1,6} {0,4}: ?"; // dmesg -x
  private static final String CTIME = NAME + " " + NAME + " {1,2}\\d{1,2} " + CLOCK + " \\d{4}";
  private static final String DMESG_TIME = // dmesg -T, -t -d, -e
      "\\[(?:"
          + CTIME
          + "(?: "
          + DELTA
          + ")?|"
          + DELTA
          + "|"
          + NAME
          + " ?\\d{1,2} \\d\\d:\\d\\d|[ +]{1,9}"
          + SECONDS
          + ")\\]";
  private static final String CALLER = "\\[ {0,9}[TC]\\d{1,9}\\]";
  private static final String DEV_KMSG = "\\d{1,9},\\d{1,20},\\d{1,20},[^;\\s]{1,64};";
  private static final String KERNEL =
      DEV_KMSG
          + "|(?:"
          + PRIORITY
          + ")?(?:"
          + DMESG_LEVEL
          + ")?(?:(?:"
          + UPTIME
          + "|"
          + DMESG_TIME
          + ") ?|"
          + ISO_TIME
          + " )?(?:"
          + CALLER
          + " ?)?";

  private static final Pattern HEADER =
      Pattern.compile(
          "(?<blanks>"
              + BLANKS
              + ")(?:(?<syslog>"
              + RFC_5424
              + "|"
              + RFC_3164
              + ")|)(?:"
              + KERNEL
              + ")(?<audit>audit(?:\\[\\d{1,10}\\])?: ?)?",
          Pattern.DOTALL);

  /** No header is longer. */
  static final int MAX_BYTES = 1024;

  /**
   * The header of a line; its end is 0 if there is none.
   *
   * @param line the line, each byte as a character
   */
  static LineHeader of(String line) {
    Matcher matcher = HEADER.matcher(line);
    matcher.region(0, Math.min(line.length(), MAX_BYTES));
    if (!matcher.lookingAt()) {
      return NONE;
    }
    boolean tagged =
        matcher.group("audit") != null
            || isAudit(matcher.group("app"))
            || isAudit(matcher.group("tag"));
    boolean blank = matcher.end() == matcher.end("blanks");
    return new LineHeader(
        matcher.end(), hostIn(matcher), blank, matcher.group("syslog") != null, tagged);
  }

  private static String hostIn(Matcher matcher) {
    String host = matcher.group("node") != null ? matcher.group("node") : matcher.group("host");
    if (host == null && matcher.group("colon") == null) {
      host = matcher.group("tag"); // a host alone
    }
    return host == null ? "" : host;
  }

  private static boolean isAudit(@Nullable String tag) {
    return "audit".equals(tag);
  }
}
