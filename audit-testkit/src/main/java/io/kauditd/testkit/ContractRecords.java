// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The records that the contracts use. */
final class ContractRecords {
  /** The longest text that a record may have. */
  static final int LONGEST_BYTES = AuditRecord.MAX_LENGTH_BYTES;

  private static final long TIME_MS = 1_642_555_588_123L;

  private ContractRecords() {}

  /** A plain record, told apart from others by its number. */
  static AuditRecord one(int type, long number) {
    return AuditRecord.of(type, TIME_MS + number, number, "op=contract n=" + number);
  }

  /** Records numbered from one number up to another. */
  static List<AuditRecord> range(int type, long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(n -> one(type, n)).toList();
  }

  /** Records numbered from one number up to another, of a usual type. */
  static List<AuditRecord> range(long from, long to) {
    return range(RecordType.TRUSTED_APP, from, to);
  }

  /** Plain records, from short ones to the longest there is. */
  static List<AuditRecord> ofAllLengths(int type) {
    return IntStream.of(100, 1_000, 1_024, 2_048, 4_096, 8_192, LONGEST_BYTES - 1, LONGEST_BYTES)
        .mapToObj(length -> {
          String begin = "op=contract length=" + length + " pad=";
          return AuditRecord.of(type, TIME_MS, length, begin + "x".repeat(length - begin.length()));
        })
        .toList();
  }

  /** Records as they may come from outside, with all that a medium can stumble over. */
  static List<AuditRecord> odd(int type) {
    var odd = new ArrayList<AuditRecord>();
    String[] texts = {
      "",
      " ",
      "line one\nline two",
      "carriage\rreturn\r\nand both",
      "type=USER_LOGIN msg=audit(1642555588.123:9): forged",
      "\ntype=USER_LOGIN msg=audit(1642555588.123:9): forged behind a line end",
      "a NUL \0 and a tab \t and an escape \u001b[2J",
      "Grüße, 監査, \ud83d\udd0d",
      "<13>1 2026-01-01T00:00:00Z host app - - - looks like syslog",
      "\u2028\u2029\u0085 line ends of Unicode",
      "x".repeat(LONGEST_BYTES),
    };
    long number = 0;
    for (String text : texts) {
      odd.add(AuditRecord.of(type, TIME_MS, ++number, text));
      odd.add(AuditRecord.ofBytes(type, TIME_MS, ++number, text.getBytes(UTF_8)));
    }
    odd.add(AuditRecord.ofBytes(type, TIME_MS, ++number, new byte[] {(byte) 0xff, (byte) 0xc0, 0}));
    odd.add(AuditRecord.of(type, 0, 0, "at the beginning of time"));
    odd.add(AuditRecord.of(type, TIME_MS, 4_294_967_295L, "the largest serial"));
    odd.add(
        AuditRecord.of(type, TIME_MS, ++number, "op=head").withHead("node=web1 type=USER_LOGIN"));
    odd.add(
        AuditRecord.of(type, TIME_MS, ++number, "op=head")
            .withHead("node=web1 type=USER_LOGIN\ntype=USER_LOGOUT"));
    return odd;
  }
}
