// SPDX-License-Identifier: Apache-2.0
package org.example.syslog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.cloudbees.syslog.Facility;
import com.cloudbees.syslog.Severity;
import com.cloudbees.syslog.SyslogMessage;
import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Writes records as frames of RFC 6587 (octet counting) around messages of RFC 5424. The library
 * writes the header. The message is the record's log line, byte for byte: an audit record may hold
 * bytes that are no UTF-8, and a library that takes a {@code String} would change them.
 *
 * <p>A frame says how long it is, so nothing in a record can end it early.
 */
final class SyslogFormat {
  /** The longest frame: a line, and more than enough for a header. */
  static final int MAX_FRAME_BYTES = AuditLineEncoder.MAX_LINE_BYTES + 1024;

  private final AuditLineEncoder lines = new AuditLineEncoder();
  private final ByteBuffer line = ByteBuffer.allocate(AuditLineEncoder.MAX_LINE_BYTES);
  private final Facility facility;
  private final String appName;
  private final String processId = Long.toString(ProcessHandle.current().pid());
  private String hostName = "-";

  SyslogFormat(Facility facility, String appName) {
    this.facility = facility;
    this.appName = appName;
  }

  /** Asks for the name of this host, which may ask a name server. */
  void findHostName() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      hostName = name.matches("[!-~]{1,255}") ? name : "-";
    } catch (UnknownHostException e) {
      hostName = "-"; // RFC 5424 has no better word for it
    }
  }

  /**
   * Puts a record's frame into a buffer with room for it.
   *
   * @return false if the record is longer than a line may be; nothing was put
   */
  boolean put(AuditRecord record, ByteBuffer target) {
    line.clear();
    if (lines.encode(record, line) == AuditLineEncoder.TOO_LONG) {
      return false;
    }
    line.flip().limit(line.limit() - 1); // without its line feed
    byte[] header = header(record).getBytes(US_ASCII);
    int length = header.length + 1 + line.remaining();
    target.put((length + " ").getBytes(US_ASCII)).put(header).put((byte) ' ').put(line);
    return true;
  }

  private String header(AuditRecord record) {
    return new SyslogMessage()
        .withFacility(facility)
        .withSeverity(Severity.NOTICE)
        .withTimestamp(record.timeMs())
        .withHostname(hostName)
        .withAppName(appName)
        .withProcId(processId)
        .withMsgId(RecordType.nameOf(record.type()))
        .toRfc5424SyslogMessage();
  }
}
