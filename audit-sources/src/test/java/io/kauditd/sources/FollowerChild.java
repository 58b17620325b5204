// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Child;
import io.kauditd.fixtures.Program;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A program that follows a log and appends what it reads to another one, through a queue and a
 * thread of its own, as an engine does; it is made to be killed.
 */
final class FollowerChild implements RecordSink {
  private static final int QUEUE_LENGTH = 500;

  private final Path out;
  private final ArrayBlockingQueue<AuditRecord> queue = new ArrayBlockingQueue<>(QUEUE_LENGTH);
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong settled = new AtomicLong();
  private final AtomicLong serial = new AtomicLong();

  private FollowerChild(Path out) {
    this.out = out;
  }

  /** The command that starts one. */
  static List<String> command(Path log, Path out, Path checkpoint) {
    return Program.command(
        FollowerChild.class, List.of(), log.toString(), out.toString(), checkpoint.toString());
  }

  /** Tells one that was started to begin. */
  static Process begin(Process child) throws IOException {
    try (var in = child.getOutputStream()) {
      in.write('\n');
    }
    return child;
  }

  /**
   * When a byte comes, follows the first path, to the second one, with a checkpoint at the third
   * one.
   */
  public static void main(String[] args) throws IOException {
    Child.endsWithItsParent();
    var child = new FollowerChild(Path.of(args[1]));
    if (System.in.read() < 0) {
      return; // the test has ended
    }
    cutTornLine(child.out);
    Thread.ofPlatform().daemon().start(child::deliver);
    FileSource.builder(Path.of(args[0]))
        .follow(true)
        .checkpoint(Path.of(args[2]))
        .checkpointInterval(Duration.ofMillis(20))
        .build()
        .run(child);
  }

  private static void cutTornLine(Path log) throws IOException {
    if (Files.exists(log)) {
      byte[] bytes = Files.readAllBytes(log);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
        file.truncate(end);
      }
    }
  }

  private void deliver() {
    var encoder = new AuditLineEncoder();
    ByteBuffer line = ByteBuffer.allocate(AuditLineEncoder.MAX_LINE_BYTES);
    try (FileChannel file =
        FileChannel.open(out, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        encoder.encode(queue.take(), line.clear());
        line.flip();
        while (line.hasRemaining()) {
          file.write(line);
        }
        settled.incrementAndGet();
      }
    } catch (IOException | InterruptedException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  @Override
  public boolean accept(AuditRecord record) {
    try {
      queue.put(record);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    accepted.incrementAndGet();
    return true;
  }

  @Override
  public boolean acceptNow(AuditRecord record) {
    return accept(record);
  }

  @Override
  public long nextSerial() {
    return serial.incrementAndGet();
  }

  @Override
  public void problem(String problem) {
    System.out.println(problem);
  }

  @Override
  public long accepted() {
    return accepted.get();
  }

  @Override
  public long settled() {
    return settled.get();
  }

  @Override
  public Stream<AuditRecord> deliveredBefore() {
    List<AuditRecord> records = new ArrayList<>();
    try {
      if (Files.exists(out)) {
        for (byte[] line : lines(Files.readAllBytes(out))) {
          AuditRecord record = AuditLine.parse(line);
          if (record != null) {
            records.add(record);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records.reversed().stream();
  }

  private static List<byte[]> lines(byte[] bytes) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        lines.add(java.util.Arrays.copyOfRange(bytes, start, i));
        start = i + 1;
      }
    }
    return lines;
  }
}
