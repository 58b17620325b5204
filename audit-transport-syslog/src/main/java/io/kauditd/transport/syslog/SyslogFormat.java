// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.wire.MessageFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as messages of RFC 5424. The message is the record's log line, byte for byte: an
 * audit record may contain bytes that are no UTF-8, and the reader of the trail gets what was
 * logged. The fields that a receiver needs are in the structured data as well.
 *
 * <p>Not for several threads at once.
 */
final class SyslogFormat implements MessageFormat {
  /** The structured data's id where none is set: 32473 is the number for examples (RFC 5612). */
  static final String DEFAULT_SD_ID = "audit@32473";

  /** Header and structured data of a record with the longest node are shorter. */
  private static final int MAX_HEADER_BYTES = 4 * AuditLineEncoder.MAX_HEAD_BYTES;

  /** The longest message there is. */
  static final int MAX_BYTES = AuditLineEncoder.MAX_LINE_BYTES + MAX_HEADER_BYTES;

  private static final Pattern NODE = Pattern.compile("(?:node|host)=(\\S+)(?: .*)?");
  private static final Pattern HOST_NAME = Pattern.compile("[!-~]{1,255}");
  private static final int MAX_MESSAGE_ID = 32;
  private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final AuditLineEncoder lines = new AuditLineEncoder();
  private final ByteBuffer message = ByteBuffer.allocate(MAX_BYTES);
  private final StringBuilder header = new StringBuilder();
  private final String priority;
  private final String program;
  private final String sdId;
  private final int maxBytes;
  private String hostName = "-";

  /** The settings of a format; texts are printable ASCII without a space. */
  record Settings(
      Facility facility, Severity severity, String appName, String sdId, int maxMessageBytes) {}

  SyslogFormat(Settings settings) {
    this.priority = "<" + (settings.facility().number() * 8 + settings.severity().number()) + ">1 ";
    this.program = settings.appName() + " " + ProcessHandle.current().pid() + " ";
    this.sdId = settings.sdId();
    this.maxBytes = settings.maxMessageBytes();
  }

  /** Reads the name of this host again, as the kernel has it, which asks no name server. */
  @Override
  public void opens() {
    try {
      String name = Files.readString(KERNEL_HOST_NAME).strip();
      hostName = HOST_NAME.matcher(name).matches() ? name : "-";
    } catch (IOException e) {
      hostName = "-"; // no Linux; RFC 5424 has no better word for it
    }
  }

  @Override
  public @Nullable ByteBuffer format(AuditRecord record) {
    message.clear();
    message.put(header(record).getBytes(StandardCharsets.UTF_8));
    int length = lines.encode(record, message);
    if (length == AuditLineEncoder.TOO_LONG) {
      return null;
    }
    message.flip().limit(message.limit() - 1); // without its line feed
    return message.remaining() <= maxBytes ? message : null;
  }

  @Override
  public int maxBytes() {
    return MAX_BYTES;
  }

  private String header(AuditRecord record) {
    String node = node(record);
    String type = RecordType.nameOf(record.type());
    header.setLength(0);
    header.append(priority);
    TIME.formatTo(Instant.ofEpochMilli(record.timeMs()), header);
    header.append(' ').append(node != null && isHostName(node) ? node : hostName);
    header.append(' ').append(program);
    header.append(type, 0, Math.min(type.length(), MAX_MESSAGE_ID)).append(" [").append(sdId);
    if (node != null) {
      parameter("node", node);
    }
    parameter("type", type);
    parameter("serial", Long.toUnsignedString(record.serial()));
    parameter("time", stampTime(record));
    if (record.number() != 0) {
      parameter("number", Long.toString(record.number()));
    }
    return header.append("] ").toString();
  }

  private static boolean isHostName(String node) {
    return HOST_NAME.matcher(node).matches();
  }

  /** Seconds and milliseconds, as the line has them. */
  private static String stampTime(AuditRecord record) {
    long ms = record.timeMs() % 1000;
    return record.timeMs() / 1000 + (ms < 10 ? ".00" : ms < 100 ? ".0" : ".") + ms;
  }

  /** The node that a record's head names; null if it names none. */
  private static @Nullable String node(AuditRecord record) {
    String head = record.head();
    if (head == null) {
      return null;
    }
    var found = NODE.matcher(AuditLine.oneLine(head));
    return found.matches() ? found.group(1) : null;
  }

  private void parameter(String name, String value) {
    header.append(' ').append(name).append("=\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\' || c == ']') { // RFC 5424, 6.3.3
        header.append('\\');
      }
      header.append(c);
    }
    header.append('"');
  }
}
