// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.util.concurrent.TimeUnit;

/**
 * Generated records, for trials and measurements: {@code op=generate seq=1 pad=…}, counted from 1.
 * The text depends only on the sequence number and the size. Time and serial are those of a record
 * that is logged now.
 *
 * <p>With a rate, each record has a scheduled time. If one is late because the engine made this
 * producer wait, the next ones keep their scheduled times and catch up.
 *
 * @since 0.1.0
 */
public final class GenerateSource implements RecordSource {
  /** The smallest size: the longest sequence number fits. */
  static final int MIN_SIZE_BYTES = 64;

  private static final byte[] START = "op=generate seq=".getBytes(US_ASCII);
  private static final byte[] PAD = " pad=".getBytes(US_ASCII);
  private static final byte[] ALPHABETS =
      "abcdefghijklmnopqrstuvwxyz".repeat(AuditRecord.MAX_LENGTH_BYTES / 26 + 1).getBytes(US_ASCII);
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A wait is never shorter: at a high rate a few records come together instead. */
  private static final long SHORTEST_WAIT_NS = TimeUnit.MICROSECONDS.toNanos(500);

  private final long count;
  private final long ratePerSecond;
  private final int sizeBytes;
  private final int type;
  private final Stop stop = new Stop();

  /**
   * A generator.
   *
   * @param count records to make, 0 for no end
   * @param ratePerSecond records a second, 0 for as fast as they are taken
   * @param sizeBytes the length of a record's text, from 64 to {@link AuditRecord#MAX_LENGTH_BYTES}
   * @param type the record type
   */
  public GenerateSource(long count, long ratePerSecond, int sizeBytes, int type) {
    this.count = count;
    this.ratePerSecond = ratePerSecond;
    this.sizeBytes = sizeBytes;
    this.type = type;
  }

  @Override
  public void run(RecordSink sink) {
    long startNs = System.nanoTime();
    for (long made = 0; count == 0 || made < count; made++) {
      if (ratePerSecond > 0) {
        awaitDue(startNs, made);
      }
      if (stop.isStopped()) {
        return;
      }
      byte[] text = text(made + 1, sizeBytes);
      sink.accept(AuditRecord.ofBytes(type, System.currentTimeMillis(), sink.nextSerial(), text));
    }
  }

  private void awaitDue(long startNs, long made) {
    long dueNs =
        made / ratePerSecond * SECOND_NS + made % ratePerSecond * SECOND_NS / ratePerSecond;
    for (long left; (left = dueNs - (System.nanoTime() - startNs)) > 0 && !stop.isStopped(); ) {
      stop.await(Math.clamp(left, SHORTEST_WAIT_NS, LONGEST_WAIT_NS));
    }
  }

  /** The text of the record with that sequence number. */
  static byte[] text(long sequence, int sizeBytes) {
    byte[] text = new byte[sizeBytes];
    System.arraycopy(START, 0, text, 0, START.length);
    int at = START.length;
    for (long rest = sequence / 10; rest > 0; rest /= 10) {
      at++;
    }
    int padAt = at + 1;
    for (long rest = sequence; at >= START.length; rest /= 10) {
      text[at--] = (byte) ('0' + rest % 10);
    }
    System.arraycopy(PAD, 0, text, padAt, PAD.length);
    int alphabetAt = padAt + PAD.length;
    System.arraycopy(ALPHABETS, alphabetAt, text, alphabetAt, sizeBytes - alphabetAt);
    return text;
  }

  @Override
  public void close() {
    stop.now();
  }
}
