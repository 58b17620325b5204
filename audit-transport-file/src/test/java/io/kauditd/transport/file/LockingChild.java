// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A program of its own that has a log open until it is closed. */
final class LockingChild implements AutoCloseable {
  private final Process process;

  private LockingChild(Process process) {
    this.process = process;
  }

  static LockingChild start(Path log) throws IOException {
    Process process = Children.java(LockingChild.class, log.toString());
    assertThat(process.inputReader().readLine()).isEqualTo("open");
    return new LockingChild(process);
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() throws Exception {
    process.getOutputStream().close();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  public static void main(String[] arguments) throws IOException {
    try (var transport = FileTransport.builder(Path.of(arguments[0])).build()) {
      Logs.open(transport);
      System.out.println("open");
      while (System.in.read() >= 0) {
        // until the parent closes it, or dies
      }
    }
  }
}
