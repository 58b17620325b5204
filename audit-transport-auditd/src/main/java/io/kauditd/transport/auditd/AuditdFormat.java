// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.wire.MessageFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A record's log line, with {@code node=} put in front if it has none. Not for several threads at
 * once.
 */
final class AuditdFormat implements MessageFormat {
  private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final int MAX_NODE_BYTES = 256 + "node= ".length();

  private final AuditLineEncoder lines = new AuditLineEncoder();
  private final ByteBuffer message =
      ByteBuffer.allocate(MAX_NODE_BYTES + AuditLineEncoder.MAX_LINE_BYTES);
  private final @Nullable String node;
  private byte[] prefix = {};

  /**
   * @param node the name of this host in records; null for the system's name of it
   */
  AuditdFormat(@Nullable String node) {
    this.node = node;
  }

  /** Reads the name of this host, as the kernel has it, which asks no name server. */
  @Override
  public void opens() {
    String name = node == null ? hostName() : node;
    prefix = Nodes.isName(name) ? ("node=" + name + " ").getBytes(US_ASCII) : new byte[0];
  }

  private static String hostName() {
    try {
      return Files.readString(KERNEL_HOST_NAME).strip();
    } catch (IOException e) {
      return ""; // no Linux: the line stays as it is
    }
  }

  @Override
  public @Nullable ByteBuffer format(AuditRecord record) {
    message.clear();
    if (record.head() == null) {
      message.put(prefix);
    }
    int length = lines.encode(record, message);
    if (length == AuditLineEncoder.TOO_LONG) {
      return null;
    }
    message.flip().limit(message.limit() - 1); // without its line feed
    return message.remaining() <= Frame.MAX_TEXT_BYTES ? message : null;
  }

  @Override
  public int maxBytes() {
    return Frame.MAX_TEXT_BYTES;
  }

  /**
   * EOE, the end of an event, is for listeners only. An audit daemon never writes it into its log.
   * If it passes on records from the network, it never acknowledges EOE either.
   */
  @Override
  public boolean isSent(AuditRecord record) {
    return record.type() != RecordType.EOE;
  }
}
