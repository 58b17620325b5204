// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
  @TempDir Path dir;

  @Test
  @Timeout(180)
  void aPipeThatNobodyReadsDoesNotHoldUpTheEnd() throws Exception {
    Path pipe = dir.resolve("pipe");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeTrue(made.waitFor() == 0, "mkfifo does not work here");

    assertThatThrownBy(
            () -> new ResultFile("--summary", pipe).write(new byte[1], Duration.ofMillis(100)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "--summary: '"
                + pipe
                + "' cannot be written: it is a pipe that nobody reads; start its reader first");
  }
}
