// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A program that sends records when it is told to, and says what came of it. */
final class SendingChild {
  private SendingChild() {}

  public static void main(String[] arguments) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var builder = FileTransport.builder(Path.of(arguments[0]));
    if (arguments.length > 1) {
      builder.maxSizeBytes(4096); // --rotate
    }
    try (var transport = builder.build()) {
      for (String line; (line = in.readLine()) != null; ) {
        System.out.println(answer(transport, line.split(" ", -1)));
      }
    }
  }

  private static String answer(FileTransport transport, String[] words) {
    if (words[0].equals("reopen")) {
      transport.reset();
      OpenResult result = transport.open(new NoEngine());
      return result.reason() != null ? "Failed " + result.reason() : "Connected";
    }
    SendResult result =
        transport.send(ListBatch.ofSerials(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
    return result.taken()
        + " "
        + result.error()
        + (result.reason() != null ? " " + result.reason() : "");
  }

  /** The other end of it. */
  static final class Remote implements AutoCloseable {
    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    Remote(Process process) {
      this.process = process;
      this.in = process.outputWriter();
      this.out = process.inputReader();
    }

    private String ask(String line) throws IOException {
      in.write(line + "\n");
      in.flush();
      String answer = out.readLine();
      if (answer == null) {
        throw new AssertionError("the child has died");
      }
      return answer;
    }

    String send(int from, int to) throws IOException {
      return ask("send " + from + " " + to);
    }

    String reopen() throws IOException {
      return ask("reopen");
    }

    @Override
    public void close() throws IOException, InterruptedException {
      in.close();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
