// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the measurements that are programs of their own, in a JVM like this one. */
final class Programs {
  private static final String[] STALLED_COLUMNS = {
    "healthy p99 us",
    "healthy p99.9 us",
    "healthy max us",
    "stalled p99 us",
    "stalled p99.9 us",
    "stalled max us",
    "lost",
    "counted lost"
  };

  private final Figures figures;

  Programs(Figures figures) {
    this.figures = figures;
  }

  /** A sink that stalls, for each subject. */
  void stalledSink(int rounds, String... subjects) throws IOException {
    for (String subject : subjects) {
      System.err.println("measuring StalledSink " + subject);
      String[] words =
          run(StalledSink.class, subject, Integer.toString(rounds)).getLast().split(" ", -1);
      for (int i = 0; i < STALLED_COLUMNS.length; i++) {
        String name = "StalledSink " + subject + " " + STALLED_COLUMNS[i];
        figures.put(name, Double.parseDouble(words[i + 1]));
      }
    }
  }

  /** Relays without work. */
  void idle(String... subjects) throws IOException {
    System.err.println("measuring Idle");
    for (String line : run(Idle.class, subjects)) {
      String[] words = line.split(" ", -1);
      figures.put("Idle " + words[0], Double.parseDouble(words[1]));
    }
  }

  /** A steady stream to a file, for each relay. */
  void steady(int rounds, String... relays) throws IOException {
    System.err.println("measuring Steady");
    List<String> arguments = new ArrayList<>(List.of(Integer.toString(rounds), "40000"));
    arguments.addAll(List.of(relays));
    for (String line : run(Steady.class, arguments.toArray(String[]::new))) {
      String[] words = line.split(" ", -1);
      figures.put("Steady " + words[0] + " cpu s a million", Double.parseDouble(words[1]));
      figures.put("Steady " + words[0] + " p99 us", Double.parseDouble(words[2]));
    }
  }

  /** A record that is lost beside one that is taken. */
  void lossCost(int rounds) throws IOException {
    System.err.println("measuring LossCost");
    for (String line : run(LossCost.class, Integer.toString(rounds))) {
      String[] words = line.split(" ", -1);
      String of = "LossCost producers=" + words[0];
      figures.put(of + " lost ns", Double.parseDouble(words[1]));
      figures.put(of + " taken ns", Double.parseDouble(words[2]));
      figures.put(of + " ratio", Double.parseDouble(words[3]));
      figures.put(of + " ratio, lower quartile", Double.parseDouble(words[4]));
      figures.put(of + " ratio, upper quartile", Double.parseDouble(words[5]));
    }
  }

  /** A queue on disk. */
  void spoolCost(int rounds) throws IOException {
    System.err.println("measuring SpoolCost");
    for (String line : run(SpoolCost.class, Integer.toString(rounds), "100000")) {
      String[] words = line.split(" ", -1);
      String of = "SpoolCost " + words[0] + " ns";
      figures.put(of + ", lower quartile", Double.parseDouble(words[1]));
      figures.put(of, Double.parseDouble(words[2]));
      figures.put(of + ", upper quartile", Double.parseDouble(words[3]));
    }
  }

  /** How times grow with numbers, and what a waiting record takes. */
  void scaling(int rounds) throws IOException {
    System.err.println("measuring Scaling");
    for (String line : run(Scaling.class, Integer.toString(rounds), "1000000")) {
      int end = line.lastIndexOf(' ');
      figures.put("Scaling " + line.substring(0, end), Double.parseDouble(line.substring(end + 1)));
    }
  }

  private static List<String> run(Class<?> program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-Xmx2g");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("audit-bench", ".err");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      List<String> lines;
      try (var output = process.inputReader()) {
        lines = output.lines().filter(line -> !line.isBlank()).toList();
      }
      if (process.waitFor() != 0) {
        throw new IOException(
            program.getSimpleName() + " failed: " + Files.readString(errors).strip());
      }
      return lines;
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    } finally {
      Files.delete(errors);
    }
  }
}
