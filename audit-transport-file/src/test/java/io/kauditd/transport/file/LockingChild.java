// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of its own that has a log open until it is closed. */
final class LockingChild implements AutoCloseable {
  private final Process process;

  private LockingChild(Process process) {
    this.process = process;
  }

  static LockingChild start(Path log) throws IOException {
    return start(log, Children.NATIVE_ACCESS);
  }

  /** The same with an option for its JVM. */
  static LockingChild start(Path log, String option) throws IOException {
    Process process = Children.java(List.of(), List.of(option), LockingChild.class, log.toString());
    var child = new LockingChild(process);
    assertThat(process.inputReader().readLine()).isEqualTo("open");
    return child;
  }

  long pid() {
    return process.pid();
  }

  /** Has it open, read and close the log. */
  void readLog() throws IOException {
    ask("read");
  }

  /** Has it write until the log has begun anew. */
  void writeUntilRotated() throws IOException {
    ask("write");
  }

  private void ask(String what) throws IOException {
    process.outputWriter().write(what + "\n");
    process.outputWriter().flush();
    assertThat(process.inputReader().readLine()).isEqualTo("done");
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @Override
  public void close() throws Exception {
    process.getOutputStream().close();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  public static void main(String[] arguments) throws IOException {
    Path log = Path.of(arguments[0]);
    var in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    try (var transport = FileTransport.builder(log).maxSizeBytes(4096).build()) {
      Logs.open(transport);
      System.out.println("open");
      for (String asked; (asked = in.readLine()) != null; ) {
        if (asked.equals("read")) {
          Files.readAllBytes(log);
        } else {
          for (int i = 0; i < 200; i += 100) {
            Logs.sendAll(transport, i, i + 100);
          }
        }
        System.out.println("done");
      }
    }
  }
}
