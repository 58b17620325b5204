// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.TextMutator;
import io.kauditd.wire.InFlight;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes: it is read as frames, or the connection is given up with a sentence; and how the
 * bytes are cut into pieces makes no difference.
 */
class FrameFuzzTest {
  private static final String[] PIECES = {
    "\u00FE\0\0\u00FF", "\0", "\0\0\0\0", "\u0001", "\u0002", "@", "`", "\u00FF", "\n"
  };

  private static final int RECORDS = 3;

  private static String replies(int... types) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < types.length; i++) {
      bytes.writeBytes(TestHost.frame(types[i], i, i == 2 ? new byte[] {'n', 'o'} : new byte[0]));
    }
    return bytes.toString(ISO_8859_1);
  }

  @Test
  @Tag(Deep.TAG)
  void anyAnswerIsUnderstoodOrEndsTheConnection() {
    var mutator =
        new TextMutator(
            List.of(
                replies(Frame.ACK, Frame.ACK, Frame.ACK, Frame.ACK),
                replies(Frame.ACK, Frame.DISK_FULL, Frame.DISK_ERROR, 0x5000_0001),
                replies(Frame.ACK, Frame.ACK, Frame.ENDING)),
            PIECES);
    int answeredInAll = 0;
    try (DeepSearch inputs =
        Deep.search("fuzzed answers of an audit daemon", 20_000, 10_000_000, 100_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++) {
        var random = new Random(seed);
        byte[] said = mutator.next(random).getBytes(ISO_8859_1);
        Outcome whole = receive(said, said.length, seed);
        assertThat(receive(said, 1 + random.nextInt(20), seed))
            .as("seed %d", seed)
            .isEqualTo(whole);
        answeredInAll += RECORDS - whole.unsettled();
        inputs.tried(1);
      }
    }
    assertThat(answeredInAll).isPositive();
  }

  /** How many records are unanswered, and what ended the connection. */
  private record Outcome(int unsettled, String words) {}

  private static Outcome receive(byte[] said, int pieces, long seed) {
    var framing = new AuditdFraming();
    var inFlight = new InFlight(0);
    for (int i = 1; i <= RECORDS; i++) {
      inFlight.add(AuditRecord.of(1112, 0, i, "record " + i), i, i + 1, i);
    }
    try {
      for (int at = 0; at < said.length; at += pieces) {
        int length = Math.min(pieces, said.length - at);
        framing.receive(ByteBuffer.wrap(said, at, length), inFlight);
      }
      return new Outcome(inFlight.unsettled(), "");
    } catch (IOException e) {
      assertThat(e.getMessage()).as("seed %d", seed).isNotBlank().doesNotContain("\n");
      return new Outcome(inFlight.unsettled(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e, e);
    }
  }
}
