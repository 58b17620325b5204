// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LineOutputTest {
  private static final class Full extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  /** Nobody would notice for as long as no other record comes. */
  @Test
  void aDiskThatIsFullIsNoticedWithTheFirstLine() throws Exception {
    var failed = new CountDownLatch(1);
    try (var output = new LineOutput(new Full())) {
      output.onFailure(failed::countDown);
      byte[] line = "a line\n".getBytes(UTF_8);

      assertThat(output.write(line, line.length)).as("taken into the buffer").isTrue();

      Await.until("the failure is seen", () -> failed.getCount() == 0);
      assertThat(Objects.requireNonNull(output.failure())).hasMessage("No space left on device");
    }
  }
}
