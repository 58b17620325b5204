// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** What the tests do with logs. */
final class Logs {
  private static final Pattern ROTATED = Pattern.compile("(.*)\\.([0-9]{1,3})(\\.gz|\\.zst)?");

  private Logs() {}

  static void open(FileTransport transport) {
    assertThat(transport.open(new NoEngine())).isEqualTo(OpenResult.connected());
  }

  static String reasonOfFailure(FileTransport transport) {
    OpenResult result = transport.open(new NoEngine());
    assertThat(result.outcome()).isEqualTo(OpenResult.Outcome.FAILED);
    return String.valueOf(result.reason());
  }

  /** Sends the records with the serials from one to before another, all of which are taken. */
  static void sendAll(FileTransport transport, int from, int to) {
    int next = from;
    var batch = ListBatch.ofSerials(from, to);
    while (next < to) {
      SendResult result = transport.send(batch);
      assertThat(result.error()).as(result.reason()).isNull();
      next += result.taken();
    }
  }

  /** The serials of a log's records; every line must be whole and a record. */
  static List<Long> serials(Path log) throws IOException {
    String text = new String(content(log), ISO_8859_1);
    var serials = new ArrayList<Long>();
    if (!text.isEmpty()) {
      assertThat(text).endsWith("\n");
      for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
        AuditRecord record = AuditLine.parse(line.getBytes(ISO_8859_1));
        serials.add(requireNonNull(record, line).serial());
      }
    }
    return serials;
  }

  /** The serials of a log and those that were rotated, the oldest first, compressed or not. */
  static List<Long> allSerials(Path log) throws IOException {
    var all = new ArrayList<Long>();
    for (Path file : oldestFirst(log)) {
      all.addAll(serials(file));
    }
    return all;
  }

  /** What all of them hold, one after the other. */
  static String allText(Path log) throws IOException {
    var all = new StringBuilder();
    for (Path file : oldestFirst(log)) {
      all.append(new String(content(file), ISO_8859_1));
    }
    return all.toString();
  }

  private static List<Path> oldestFirst(Path log) throws IOException {
    var byNumber = new TreeMap<Integer, Path>(Comparator.reverseOrder());
    try (var files = Files.list(requireNonNull(log.getParent()))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher rotated = ROTATED.matcher(file.getFileName().toString());
        if (rotated.matches() && rotated.group(1).equals(log.getFileName().toString())) {
          Path other = byNumber.put(Integer.parseInt(rotated.group(2)), file);
          // Beside one another, the one that is not compressed counts.
          if (other != null && !other.toString().matches(".*(gz|zst)")) {
            byNumber.put(Integer.parseInt(rotated.group(2)), other);
          }
        }
      }
    }
    byNumber.values().removeIf(file -> !Files.isRegularFile(file));
    var all = new ArrayList<Path>(byNumber.values());
    all.add(log);
    return all;
  }

  private static byte[] content(Path log) throws IOException {
    try (var file = Files.newInputStream(log);
        var in =
            log.toString().endsWith(".gz")
                ? new GZIPInputStream(file)
                : log.toString().endsWith(".zst") ? new ZstdInputStream(file) : file) {
      return in.readAllBytes();
    }
  }

  /** Every serial from one to before another, in order and once; says where it goes wrong. */
  static void assertSerials(List<Long> serials, long from, long to) {
    for (int i = 0; i < serials.size(); i++) {
      assertThat(serials.get(i)).as("record %s of %s", i, serials.size()).isEqualTo(from + i);
    }
    assertThat(serials.size()).as("records").isEqualTo((int) (to - from));
  }
}
