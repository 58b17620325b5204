// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Makes audit records of what a topic has.
 *
 * @param addsNode whether a line that names no node gets that of the header
 */
record LineParser(boolean addsNode) {
  /** Valid values of {@code node=}: names of one word, wherever they come from. */
  private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._:-]{1,255}");

  /** The audit record; null if the value is no audit line. */
  @Nullable AuditRecord parse(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    AuditRecord parsed = value == null ? null : AuditLine.parse(value);
    return parsed != null && addsNode ? withNode(parsed, record) : parsed;
  }

  /** The record with the node of the header, if its line names none. */
  private static AuditRecord withNode(AuditRecord parsed, ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(HeaderName.NODE);
    if (header == null || header.value() == null || parsed.head() != null) {
      return parsed;
    }
    String node = new String(header.value(), US_ASCII);
    return NODE.matcher(node).matches()
        ? parsed.withHead("node=" + node + " type=" + RecordType.nameOf(parsed.type()))
        : parsed;
  }
}
