// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Programs that tests start beside themselves. */
final class Children {
  static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  private Children() {}

  /** Starts a class of the tests in a Java machine of its own. */
  static Process java(Class<?> main, String... arguments) throws IOException {
    return builder(List.of(), List.of(), main, arguments).start();
  }

  /** The same, with words before the command and options for the JVM. */
  static Process java(List<String> before, List<String> options, Class<?> main, String... arguments)
      throws IOException {
    return builder(before, options, main, arguments).start();
  }

  /** The same, with words before the command, such as {@code setpriv …}. */
  static Process java(List<String> before, Class<?> main, String... arguments) throws IOException {
    return builder(before, List.of(), main, arguments).start();
  }

  /** The same, with its output going elsewhere. */
  static Process java(ProcessBuilder.Redirect output, Class<?> main, String... arguments)
      throws IOException {
    return builder(List.of(), List.of(NATIVE_ACCESS), main, arguments)
        .redirectOutput(output)
        .start();
  }

  /**
   * Starts a class of the tests, and kills it with SIGKILL some time after its first output.
   *
   * @param said where its output goes
   */
  static void javaKilled(Path said, long pauseNs, Class<?> main, String... arguments)
      throws Exception {
    Files.writeString(said, "");
    Process child = java(ProcessBuilder.Redirect.to(said.toFile()), main, arguments);
    Await.until(said.toFile()::length, length -> length > 0);
    long endNs = System.nanoTime() + pauseNs;
    for (long left = pauseNs; left > 0; left = endNs - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    child.destroyForcibly();
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(128 + 9);
  }

  private static ProcessBuilder builder(
      List<String> before, List<String> options, Class<?> main, String... arguments) {
    var command = new ArrayList<String>(before);
    var jvmOptions = new ArrayList<>(options);
    jvmOptions.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(Program.commandWithOnly(jvmOptions, main, arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}
