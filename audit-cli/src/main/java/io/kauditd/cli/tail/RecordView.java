// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.tail;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.cli.command.Harmless;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A record for people: {@code 11:33:08.123 :456 USER_LOGIN pid=…}. Text that the kernel wrote in
 * hexadecimal is decoded, and nothing in it can control the terminal.
 */
final class RecordView {
  /**
   * Fields that the kernel and the audit library write in hexadecimal when the text is not plain;
   * EXECVE's arguments are a0 to a99.
   */
  private static final Pattern HEX_FIELD =
      Pattern.compile(
          "\\b(proctitle|comm|exe|name|cwd|cmd|acct|data|path|dir|key|sw|file|vm|a\\d{1,2})="
              + "((?:[0-9A-F]{2})+)(?=[ '\\x1d]|$)");

  private static final Pattern EXECVE_ARGUMENT = Pattern.compile("a\\d{1,2}");

  private final DateTimeFormatter clock;

  RecordView(ZoneId zone) {
    clock = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(zone);
  }

  /** The line, without a line end. */
  String line(AuditRecord record) {
    String text = record.text();
    // In SYSCALL records, a0 to a3 are numbers.
    boolean arguments = record.type() == RecordType.EXECVE;
    String readable =
        HEX_FIELD.matcher(text).replaceAll(field -> quoteReplacement(field, arguments));
    return safe(
        clock.format(Instant.ofEpochMilli(record.timeMs()))
            + " :"
            + Long.toUnsignedString(record.serial())
            + " "
            + RecordType.nameOf(record.type())
            + " "
            + readable);
  }

  private static String quoteReplacement(MatchResult field, boolean arguments) {
    String name = field.group(1);
    if (!arguments && EXECVE_ARGUMENT.matcher(name).matches()) {
      return Matcher.quoteReplacement(field.group());
    }
    byte[] bytes = HexFormat.of().parseHex(field.group(2));
    String text = new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ').stripTrailing();
    // What the text quotes is a part of it, and begins no field of its own.
    String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
    return Matcher.quoteReplacement(name + "=\"" + escaped + "\"");
  }

  /** Harmless, and the separator of enriched records as a space. */
  private static String safe(String line) {
    return Harmless.line(line.replace('\u001d', ' '));
  }
}
