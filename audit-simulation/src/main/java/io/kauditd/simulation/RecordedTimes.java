// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The times of the records of a log, relative to its first record. Immutable.
 *
 * @since 0.1.0
 */
public final class RecordedTimes {
  private final long[] offsetsMs;

  private RecordedTimes(long[] offsetsMs) {
    this.offsetsMs = offsetsMs;
  }

  /**
   * Reads the times of a log; lines that are not in the audit format are left out.
   *
   * @throws BadScenarioException if the file cannot be read, or has no record
   */
  public static RecordedTimes read(Path file) {
    var times = new long[1024];
    int count = 0;
    // A byte a character: only the head of a line matters, and no byte may be refused.
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        AuditRecord record = AuditLine.parse(line.getBytes(StandardCharsets.ISO_8859_1));
        if (record != null) {
          times = count < times.length ? times : Arrays.copyOf(times, 2 * count);
          times[count++] = record.timeMs();
        }
      }
    } catch (IOException e) {
      throw new BadScenarioException(
          "'" + file + "' cannot be read: " + (Files.exists(file) ? e : "there is no such file"),
          e);
    }
    if (count == 0) {
      throw new BadScenarioException(
          "'"
              + file
              + "' has no line in the audit format, which is type=…"
              + " msg=audit(seconds.millis:serial): …");
    }
    return relative(Arrays.copyOf(times, count));
  }

  /** Records of several events interleave, so the times are put in order. */
  private static RecordedTimes relative(long[] timesMs) {
    Arrays.sort(timesMs);
    long firstMs = timesMs[0];
    for (int i = 0; i < timesMs.length; i++) {
      timesMs[i] -= firstMs;
    }
    return new RecordedTimes(timesMs);
  }

  /** How many records there are. */
  public int count() {
    return offsetsMs.length;
  }

  /** The time of a record, in milliseconds since the first one. */
  public long offsetMs(int index) {
    return offsetsMs[index];
  }

  /** The time from the first record to the last, in milliseconds. */
  public long lengthMs() {
    return offsetsMs[offsetsMs.length - 1];
  }
}
