// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.fixtures.Child;
import io.kauditd.fixtures.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link SteadyLog} in a process of its own, whose JVM looks names up in a file, each time. */
final class SteadyProgram implements AutoCloseable {
  private static final String AWAIT = "await";
  private static final String ERROR = "error ";
  private static final String END = "end";

  private final Process process;
  private final BufferedReader says;

  SteadyProgram(String bootstrap, String topic, Path spools, Path hosts) throws IOException {
    process =
        new ProcessBuilder(
                Program.command(
                    SteadyProgram.class,
                    List.of(
                        "-Xmx128m",
                        "-Djdk.net.hosts.file=" + hosts,
                        "-Dsun.net.inetaddr.ttl=0",
                        "-Dsun.net.inetaddr.negative.ttl=0"),
                    bootstrap,
                    topic,
                    spools.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    says = process.inputReader(UTF_8);
  }

  void awaitDelivery() throws IOException {
    ask(AWAIT);
  }

  String awaitError(String part) throws IOException {
    return ask(ERROR + part);
  }

  long end() throws IOException {
    return Long.parseLong(ask(END));
  }

  private String ask(String question) throws IOException {
    var asking = process.outputWriter(UTF_8);
    asking.write(question + "\n");
    asking.flush();
    String answer = says.readLine();
    if (answer == null) {
      throw new AssertionError("the program has ended at: " + question);
    }
    return answer;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
  }

  /**
   * Logs, and answers what it is asked.
   *
   * @param args the brokers, the topic, the directory of the spools
   */
  public static void main(String[] args) throws Exception {
    Child.endsWithItsParent();
    KafkaTransport transport = SteadyLog.transport(args[0], args[1], "program", true);
    try (var log = new SteadyLog(transport, Path.of(args[2]));
        var questions = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String question; (question = questions.readLine()) != null; ) {
        System.out.println(answer(log, question));
      }
    }
  }

  private static String answer(SteadyLog log, String question) throws Exception {
    if (question.startsWith(ERROR)) {
      return log.awaitError(question.substring(ERROR.length()));
    }
    if (question.equals(END)) {
      return "" + log.end();
    }
    log.awaitDelivery();
    return "delivered";
  }
}
