// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The offsets and constants that stand in the code as numbers are those of the C headers, of each
 * machine whose compiler is here: Debian's gcc-aarch64-linux-gnu and gcc-riscv64-linux-gnu, with
 * libc6-dev-arm64-cross and libc6-dev-riscv64-cross.
 */
class LayoutsTest {
  private static final Path SOURCE = Path.of("src/test/c/layouts.c");

  @ParameterizedTest
  @ValueSource(strings = {"cc", "aarch64-linux-gnu-gcc", "riscv64-linux-gnu-gcc"})
  void areThoseOfTheHeaders(String compiler) throws Exception {
    assumeTrue(isInstalled(compiler), compiler + " is not installed");
    Process process =
        new ProcessBuilder(compiler, "-fsyntax-only", SOURCE.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
