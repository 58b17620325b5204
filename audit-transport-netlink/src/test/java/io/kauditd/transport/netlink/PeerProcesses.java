// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** JVMs of their own for the process-to-process tests. */
final class PeerProcesses implements AutoCloseable {
  private final Path directory;
  private final List<Process> started = new ArrayList<>();

  PeerProcesses(Path directory) {
    this.directory = directory;
  }

  private ProcessBuilder java(Class<?> main, String... arguments) {
    return new ProcessBuilder(Program.command(main, List.of("-Xmx128m"), arguments))
        .redirectError(directory.resolve(main.getSimpleName() + ".err").toFile());
  }

  private Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    started.add(process);
    return process;
  }

  Engine engine(long port, String policy) throws IOException {
    return new Engine(start(java(EngineProcess.class, Long.toString(port), policy)));
  }

  Receiver receiver(long port, PeerDaemon.Mode mode, int receiveBuffer, String name)
      throws IOException {
    Path file = directory.resolve(name);
    return new Receiver(
        start(
            java(
                ReceiverProcess.class,
                Long.toString(port),
                mode.name(),
                Integer.toString(receiveBuffer),
                file.toString())),
        file);
  }

  @Override
  public void close() {
    started.forEach(Process::destroyForcibly);
  }

  /** The engine's process: told what to do line by line, answers line by line. */
  static final class Engine {
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;

    Engine(Process process) {
      this.process = process;
      commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
      answers = process.inputReader(StandardCharsets.UTF_8);
    }

    private String ask(String command) throws IOException {
      commands.println(command);
      String answer = answers.readLine();
      assertThat(answer).as("the engine's answer to %s", command).isNotNull();
      return answer;
    }

    void log(int count) throws IOException {
      assertThat(ask("log " + count)).isEqualTo("ok");
    }

    Status status() throws IOException {
      return Status.parse(ask("status"));
    }

    Status end() throws IOException, InterruptedException {
      Status last = Status.parse(ask("close"));
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      return last;
    }
  }

  /** What the engine tells of itself. */
  record Status(
      long daemon,
      long logged,
      long delivered,
      long main,
      long retry,
      long hold,
      long dropped,
      long resets,
      long failedSends,
      boolean balances) {
    static Status parse(String line) {
      String[] w = line.split(" ", -1);
      return new Status(
          Long.parseLong(w[0]),
          Long.parseLong(w[1]),
          Long.parseLong(w[2]),
          Long.parseLong(w[3]),
          Long.parseLong(w[4]),
          Long.parseLong(w[5]),
          Long.parseLong(w[6]),
          Long.parseLong(w[7]),
          Long.parseLong(w[8]),
          Boolean.parseBoolean(w[9]));
    }

    long waiting() {
      return main + retry + hold;
    }
  }

  /** A daemon or a listener, which writes the text of what it receives to a file. */
  record Receiver(Process process, Path file) {
    List<Integer> numbers() throws IOException {
      if (!Files.exists(file)) {
        return List.of();
      }
      String all = Files.readString(file);
      return all.substring(0, all.lastIndexOf('\n') + 1)
          .lines()
          .filter(line -> line.startsWith("n="))
          .map(line -> Integer.valueOf(line.substring(2, line.indexOf(' '))))
          .toList();
    }

    List<String> problems() throws IOException {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().filter(line -> !line.startsWith("n=")).toList()
          : List.of();
    }

    void signal(String name) throws IOException, InterruptedException {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      assertThat(kill.waitFor()).isZero();
    }
  }
}
