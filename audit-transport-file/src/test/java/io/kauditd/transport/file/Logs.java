// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the tests do with logs. */
final class Logs {
  private Logs() {}

  static void open(FileTransport transport) {
    assertThat(transport.open(new NoContext())).isEqualTo(OpenResult.connected());
  }

  static String reasonOfFailure(FileTransport transport) {
    OpenResult result = transport.open(new NoContext());
    assertThat(result.outcome()).isEqualTo(OpenResult.Outcome.FAILED);
    return String.valueOf(result.reason());
  }

  /** The serials of a log's records; every line must be whole and a record. */
  static List<Long> serials(Path log) throws IOException {
    String text = Files.readString(log, ISO_8859_1);
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

  /** Every serial from one to before another, in order and once; says where it goes wrong. */
  static void assertSerials(List<Long> serials, long from, long to) {
    for (int i = 0; i < serials.size(); i++) {
      assertThat(serials.get(i)).as("record %s of %s", i, serials.size()).isEqualTo(from + i);
    }
    assertThat(serials.size()).as("records").isEqualTo((int) (to - from));
  }
}
