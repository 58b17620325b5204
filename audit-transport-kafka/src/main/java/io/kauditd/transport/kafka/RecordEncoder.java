// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Makes Kafka records of audit records. Of one thread. */
final class RecordEncoder {
  private static final String NODE = "node=";

  private final AuditLineEncoder lines = new AuditLineEncoder();
  private final byte[] work = new byte[AuditLineEncoder.MAX_LINE_BYTES];
  private final String topic;
  private final ValueFormat format;
  private final String instance;
  private final byte[] key;
  private final Header instanceHeader;
  private final String ownNode;
  private Header node;
  private String nodeName;

  /** The type of the record before, as a header: most have the same. */
  private int typeNumber = -1;

  private @Nullable Header type;

  RecordEncoder(String topic, ValueFormat format, String instance, String ownNode) {
    this.topic = topic;
    this.format = format;
    this.instance = instance;
    this.key = instance.getBytes(UTF_8);
    this.instanceHeader = header(HeaderName.INSTANCE, key);
    this.ownNode = ownNode;
    this.nodeName = ownNode;
    this.node = header(HeaderName.NODE, ownNode.getBytes(UTF_8));
  }

  private static Header header(String name, byte[] value) {
    return new RecordHeader(name, value);
  }

  private static Header header(String name, String ascii) {
    return new RecordHeader(name, ascii.getBytes(US_ASCII));
  }

  /** The Kafka record; null if its line is longer than one may be. */
  @Nullable ProducerRecord<byte[], byte[]> encode(AuditRecord record) {
    setNode(record.head());
    byte[] value;
    if (format == ValueFormat.JSON) {
      value = JsonValue.of(record, nodeName, instance);
    } else {
      int length = lines.encode(record, work, 0);
      if (length == AuditLineEncoder.TOO_LONG) {
        return null;
      }
      value = Arrays.copyOf(work, length - 1); // the line end is for files
    }
    // Without a timestamp of its own: a broker refuses those ahead of its clock, and deletes by age
    // what has just come if its event is old.
    return new ProducerRecord<>(topic, null, null, key, value, headers(record));
  }

  private List<Header> headers(AuditRecord record) {
    Header serial = header(HeaderName.SERIAL, Long.toUnsignedString(record.serial()));
    if (record.number() == 0) {
      return List.of(node, typeOf(record), serial, instanceHeader);
    }
    Header number = header(HeaderName.NUMBER, Long.toString(record.number()));
    return List.of(node, typeOf(record), serial, instanceHeader, number);
  }

  private Header typeOf(AuditRecord record) {
    Header known = type;
    if (known == null || typeNumber != record.type()) {
      known = header(HeaderName.TYPE, RecordType.nameOf(record.type()));
      type = known;
      typeNumber = record.type();
    }
    return known;
  }

  private void setNode(@Nullable String head) {
    String named = nodeOf(head, ownNode);
    if (!named.equals(nodeName)) {
      nodeName = named;
      node = header(HeaderName.NODE, named.getBytes(UTF_8));
    }
  }

  /** The node that a head names, or the other one. */
  static String nodeOf(@Nullable String head, String other) {
    if (head == null || !head.startsWith(NODE)) {
      return other;
    }
    int end = head.indexOf(" type=");
    return head.substring(NODE.length(), end < 0 ? head.length() : end);
  }
}
