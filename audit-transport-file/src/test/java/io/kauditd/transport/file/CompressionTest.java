// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {
  private static final byte[] LOG =
      "type=CWD msg=audit(1.000:2): a=b\n".repeat(9999).getBytes(US_ASCII);

  /** A compressed log has to be forced to the disk after its end was written. */
  @ParameterizedTest
  @EnumSource(Compression.class)
  void theEndIsWrittenAndTheFileLeftOpen(Compression compression) throws Exception {
    var file =
        new ByteArrayOutputStream() {
          boolean isClosed;

          @Override
          public void close() {
            isClosed = true;
          }
        };
    try (OutputStream out = compression.to(file)) {
      out.write(LOG, 0, LOG.length);
    }
    assertThat(file.isClosed).isFalse();
    var in = compression.from(new ByteArrayInputStream(file.toByteArray()));
    assertThat(in.readAllBytes()).isEqualTo(LOG);
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void aDiskThatIsFullIsReported(Compression compression) {
    var full =
        new OutputStream() {
          @Override
          public void write(int each) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    assertThatThrownBy(
            () -> {
              try (OutputStream out = compression.to(full)) {
                out.write(LOG, 0, LOG.length);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
  }
}
