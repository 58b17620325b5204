// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a source hands over, and lets a test wait for it. */
final class CollectingSink implements RecordSink {
  private static final long DEADLINE_MS = 20_000;

  private final List<AuditRecord> records = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private long serial;

  @Override
  public synchronized boolean accept(AuditRecord record) {
    records.add(record);
    notifyAll();
    return true;
  }

  @Override
  public boolean acceptNow(AuditRecord record) {
    return accept(record);
  }

  @Override
  public synchronized long nextSerial() {
    return ++serial;
  }

  @Override
  public synchronized void problem(String problem) {
    problems.add(problem);
    notifyAll();
  }

  synchronized List<AuditRecord> records() {
    return List.copyOf(records);
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  synchronized List<String> texts() {
    return records.stream().map(AuditRecord::text).toList();
  }

  /** What a log of the records would hold, bytes as characters. */
  synchronized String log() {
    var encoder = new AuditLineEncoder();
    byte[] line = new byte[AuditLineEncoder.MAX_LINE_BYTES];
    var out = new ByteArrayOutputStream();
    for (AuditRecord record : records) {
      out.write(line, 0, encoder.encode(record, line, 0));
    }
    return out.toString(ISO_8859_1);
  }

  /** Waits until so many records are here. */
  synchronized void awaitRecords(int count) throws InterruptedException {
    long end = System.nanoTime() + DEADLINE_MS * 1_000_000;
    while (records.size() < count) {
      long leftMs = (end - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new AssertionError(records.size() + " of " + count + " records came; " + problems);
      }
      wait(leftMs);
    }
  }

  /** Waits until a report holds this. */
  synchronized void awaitProblem(String part) throws InterruptedException {
    long end = System.nanoTime() + DEADLINE_MS * 1_000_000;
    while (problems.stream().noneMatch(problem -> problem.contains(part))) {
      long leftMs = (end - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new AssertionError("no report of '" + part + "' among " + problems);
      }
      wait(leftMs);
    }
  }
}
