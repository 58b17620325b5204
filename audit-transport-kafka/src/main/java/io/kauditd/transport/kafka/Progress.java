// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.AuditRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the topic has the records of an instance: the highest number, which each transaction
 * writes together with its records, as the committed offset of a consumer group that nobody reads
 * with (docs/internals/adr/0009-exactly-once.md).
 *
 * <p>It also has the numbers of the first records of the last transactions, each with a checksum of
 * the record. After a kill, a queue goes on with the first record of a transaction. If it goes on
 * with another record, it is another queue, whose numbers mean something else. Then nothing is
 * skipped, since a duplicate is better than a lost record.
 *
 * <p>The engine may take up less than a transaction has, because it offers fewer records than
 * before. The number that it goes on with is written then, with {@code *} as the checksum: the next
 * record is not known yet.
 *
 * <p><b>Thread</b>: kauditd.
 */
final class Progress {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

  /** They take at most 30 bytes each; a broker keeps 4,096 bytes beside an offset. */
  private static final int MAX_STARTS = 32;

  private static final Pattern START =
      Pattern.compile("(?<!\\S)([0-9]{1,19}):([0-9a-f]{1,8}|\\*)(?!\\S)");
  private static final String MARK = "kauditd1";
  private static final String ANY = "*";

  private final String topic;
  private final String instance;
  private Deque<Start> starts = new ArrayDeque<>();
  private boolean isChecked = true;

  /** What was written before this connection. */
  private long found;

  /** Up to here the topic has what this queue offers, for sure. */
  private long done;

  /** A record that a queue goes on with; the checksum is null if it is not known. */
  private record Start(long number, @Nullable Integer check) {
    @Override
    public String toString() {
      return number + ":" + (check == null ? ANY : Integer.toHexString(check));
    }
  }

  Progress(String topic, String instance) {
    this.topic = topic;
    this.instance = instance;
  }

  /** Where offsets are kept: every topic has a partition 0. */
  static TopicPartition partition(String topic) {
    return new TopicPartition(topic, 0);
  }

  /** A new connection has read what was written. */
  void opened(@Nullable OffsetAndMetadata written) {
    found = written == null ? 0 : written.offset();
    starts = written == null ? new ArrayDeque<>() : parse(written.metadata());
    isChecked = found == 0;
  }

  private static Deque<Start> parse(@Nullable String metadata) {
    var all = new ArrayDeque<Start>();
    if (metadata != null && metadata.startsWith(MARK)) {
      Matcher each = START.matcher(metadata);
      while (each.find()) {
        long number = numberOf(each.group(1));
        if (number > 0) {
          String check = each.group(2);
          all.add(
              new Start(number, check.equals(ANY) ? null : Integer.parseUnsignedInt(check, 16)));
        }
      }
    }
    return all;
  }

  /** 0 for what is larger than the number of any record: somebody else has written it. */
  private static long numberOf(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Whether the topic has a record already. */
  boolean has(AuditRecord record) {
    long number = record.number();
    if (number == 0) {
      return false;
    }
    if (!isChecked && number > done) {
      isChecked = true;
      if (number <= found) {
        check(record);
      }
    }
    return number <= done;
  }

  private void check(AuditRecord record) {
    if (starts.contains(new Start(record.number(), checkOf(record)))
        || starts.contains(new Start(record.number(), null))) {
      done = Math.max(done, found);
      return;
    }
    starts.clear();
    LOG.warn(
        "topic '{}' has records of instance '{}' up to number {}, and the queue goes on with number"
            + " {}, which does not fit: all it has is sent, and some may be there twice; a new"
            + " spool needs a new 'instance'",
        topic,
        instance,
        found,
        record.number());
  }

  /** What a transaction of these records writes; null if none of them has a number. */
  @Nullable OffsetAndMetadata after(List<Pending> records) {
    long highest = highest(records);
    if (highest == 0) {
      return null;
    }
    return written(highest, startOf(records));
  }

  private OffsetAndMetadata written(long highest, Start last) {
    var words = new StringBuilder(MARK);
    starts.stream()
        .skip(Math.max(0, starts.size() + 1 - MAX_STARTS))
        .forEach(start -> words.append(' ').append(start));
    return new OffsetAndMetadata(highest, words.append(' ').append(last).toString());
  }

  /** Whether the topic has records behind this one, which the engine will offer again. */
  boolean hasMoreThan(AuditRecord taken) {
    return taken.number() > 0 && taken.number() < done;
  }

  /** What a transaction without records writes, when the engine takes up less than there is. */
  OffsetAndMetadata behind(AuditRecord taken) {
    return written(done, goesOn(taken));
  }

  /** That transaction was committed. */
  void committedBehind(AuditRecord taken) {
    add(goesOn(taken));
  }

  private static Start goesOn(AuditRecord taken) {
    return new Start(taken.number() + 1, null);
  }

  private void add(Start start) {
    starts.add(start);
    while (starts.size() > MAX_STARTS) {
      starts.remove();
    }
  }

  /** A transaction of these records was committed. */
  void committed(List<Pending> records) {
    long highest = highest(records);
    if (highest > 0) {
      done = Math.max(done, highest);
      add(startOf(records));
    }
  }

  private static long highest(List<Pending> records) {
    return records.stream().mapToLong(each -> each.record().number()).max().orElse(0);
  }

  private static Start startOf(List<Pending> records) {
    AuditRecord first = records.getFirst().record();
    return new Start(first.number(), checkOf(first));
  }

  private static int checkOf(AuditRecord record) {
    var check = new CRC32C();
    check.update(
        ByteBuffer.allocate(Integer.BYTES + 2 * Long.BYTES)
            .putInt(record.type())
            .putLong(record.timeMs())
            .putLong(record.serial())
            .flip());
    String head = record.head();
    if (head != null) {
      check.update(head.getBytes(UTF_8));
    }
    check.update(record.textBytes());
    return (int) check.getValue();
  }
}
