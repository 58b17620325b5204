// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.TextMutator;
import io.kauditd.wire.InFlight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever a server says in RELP: it is an answer, or the connection is given up with a sentence;
 * and no record counts as taken that nothing said 200 about.
 */
class RelpFuzzTest {
  private static final String[] PIECES = {
    " ",
    "\n",
    "\r\n",
    "rsp",
    "serverclose",
    "syslog",
    "200",
    "500",
    "200 OK",
    "0",
    "1",
    "2",
    "65536",
    "999999999",
    "9999999999",
    "-1",
    "\0",
    "\u00FF"
  };

  private static final int RECORDS = 3;

  @Test
  @Tag(Deep.TAG)
  void anyAnswerIsUnderstoodOrEndsTheConnection() {
    var mutator =
        new TextMutator(
            List.of(
                "1 rsp 6 200 OK\n2 rsp 3 200\n3 rsp 9 500 wrong\n",
                "1 rsp 6 200 OK\n0 serverclose 0\n",
                "1 rsp 0\n"),
            PIECES);
    int settledInAll = 0;
    try (DeepSearch inputs =
        Deep.search("fuzzed answers in RELP", 20_000, 10_000_000, 100_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++) {
        var random = new Random(seed);
        String said = mutator.next(random);
        InFlight inFlight = inFlight();
        try {
          new Relp().receive(ByteBuffer.wrap(said.getBytes(ISO_8859_1)), inFlight);
        } catch (IOException e) {
          assertThat(e.getMessage()).as("seed %d", seed).isNotBlank().doesNotContain("\n");
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + ": " + e + ": " + said, e);
        }
        int answered = RECORDS - inFlight.unsettled();
        assertThat(answered).as("seed %d: %s", seed, said).isBetween(0, RECORDS);
        if (answered > 0) {
          assertThat(said).as("seed %d: the session was accepted", seed).contains("200");
          settledInAll += answered;
        }
        inputs.tried(1);
      }
    }
    assertThat(settledInAll).isPositive();
  }

  private static InFlight inFlight() {
    var inFlight = new InFlight(0);
    for (int i = 1; i <= RECORDS; i++) {
      inFlight.add(AuditRecord.of(1112, 0, i, "record " + i), i, i + 1, i);
    }
    return inFlight;
  }
}
