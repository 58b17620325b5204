// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.TextMutator;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a client of the metrics server sends: it is answered, or it is not whole yet. */
class HttpFuzzTest {
  private static final String[] PIECES = {
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    " ",
    ":",
    "GET",
    "POST",
    "HEAD",
    "/",
    "?",
    "*",
    "http://",
    "HTTP/1.1",
    "HTTP/2",
    "accept",
    "Accept: ",
    "\0",
    "\u00FF",
    "%00",
    "../"
  };

  @Test
  @Tag(Deep.TAG)
  void anyRequestHasOneAnswer() {
    var mutator =
        new TextMutator(
            List.of(
                "GET /metrics?a=b HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\n\r\n",
                "HEAD /healthz HTTP/1.0\r\n\r\n"),
            PIECES);
    int pages = 0;
    try (DeepSearch inputs =
        Deep.search("fuzzed requests of metrics", 20_000, 10_000_000, 100_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++) {
        var random = new Random(seed);
        String request = mutator.next(random);
        boolean isAll = random.nextInt(4) == 0;
        byte[] answer;
        try {
          answer =
              HttpAnswer.to(
                  ByteBuffer.wrap(request.getBytes(ISO_8859_1)),
                  isAll,
                  (path, accept) -> new HttpAnswer(200, HttpAnswer.TEXT, "ok\n"));
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + ": " + e + ": " + request, e);
        }
        if (answer == null) {
          assertThat(isAll).as("seed %d: left without an answer", seed).isFalse();
        } else {
          String text = new String(answer, ISO_8859_1);
          assertThat(text).as("seed %d", seed).matches("(?s)HTTP/1\\.1 (200|400|405|431) .*");
          pages += text.startsWith("HTTP/1.1 200") ? 1 : 0;
        }
        inputs.tried(1);
      }
    }
    assertThat(pages).isPositive();
  }
}
