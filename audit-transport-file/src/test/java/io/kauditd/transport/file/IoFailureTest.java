// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class IoFailureTest {
  @Test
  void whatIsInTheWayBesideTheLogIsNamed() {
    assertThat(reason(new FileSystemException("/a.log.1", "/a.log.2", "Device or resource busy")))
        .isEqualTo("rotate a.log: /a.log.1 to /a.log.2: Device or resource busy");
    assertThat(reason(new AccessDeniedException("/a.log.5")))
        .isEqualTo("rotate a.log: /a.log.5: Permission denied");
    assertThat(reason(new IOException("No space left on device")))
        .isEqualTo("rotate a.log: No space left on device");
  }

  private static String reason(IOException cause) {
    return IoFailure.reasonBeside("rotate a.log", cause);
  }
}
