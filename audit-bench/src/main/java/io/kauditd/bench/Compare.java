// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures two builds against each other; see {@code audit-bench/compare}. For each subject, JVMs
 * of the one and of the other run in turns, so that a drift of the machine falls on both. A JVM
 * gives one figure, the median of its iterations.
 */
final class Compare {
  /** {@code class parameter=value …}, in the order in which they are measured. */
  private static final List<String> SUBJECTS =
      List.of(
          "HandOver relay=engine producers=1",
          "HandOver relay=engine producers=2",
          "HandOver relay=engine-text producers=1",
          "HandOver relay=engine-text producers=2",
          "HandOver relay=jctools producers=1",
          "Burst relay=engine",
          "Burst relay=engine-text",
          "Burst relay=jctools",
          "FileOut to=engine-none",
          "FileOut to=engine-data",
          "FileOut to=raw",
          "Depth record=same depth=100",
          "Depth record=same depth=1000000");

  private static final Pattern RAW_DATA = Pattern.compile("\"rawData\" : \\[\\s*\\[([^\\]]*)\\]");

  private final int forks;
  private final Path place;
  private final Figures[] figures = {new Figures(), new Figures()};

  private Compare(int forks, Path place) {
    this.forks = forks;
    this.place = place;
  }

  /**
   * {@code forks directory nameA classPathA nameB classPathB pattern}: those subjects in which the
   * pattern is found.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path place = Files.createDirectories(Path.of(args[1]));
    Compare compare = new Compare(Integer.parseInt(args[0]), place);
    List<String> wanted = SUBJECTS.stream().filter(Pattern.compile(args[6]).asPredicate()).toList();
    if (wanted.isEmpty()) {
      System.err.println("compare: no subject has '" + args[6] + "' in it; there are " + SUBJECTS);
      System.exit(2);
    }
    System.out.println("| time, B through A | spread | | of |");
    System.out.println("| --- | --- | --- | --- |");
    for (String subject : wanted) {
      System.out.println(compare.row(subject, args[3], args[5]));
    }
    for (int side = 0; side < compare.figures.length; side++) {
      String name = args[2 + 2 * side];
      Path file = place.resolve(name + ".json");
      compare.figures[side].addFrom(file);
      compare.figures[side].writeJson(file, Map.of("commit", name));
    }
  }

  private String row(String subject, String classPathA, String classPathB)
      throws IOException, InterruptedException {
    List<Double> a = new ArrayList<>();
    List<Double> b = new ArrayList<>();
    for (int i = 0; i < forks; i++) {
      System.err.println("compare: " + subject + ", " + (i + 1) + " of " + forks);
      boolean aFirst = i % 2 == 0; // A B B A A B …
      (aFirst ? a : b).add(timeOf(subject, aFirst ? classPathA : classPathB));
      (aFirst ? b : a).add(timeOf(subject, aFirst ? classPathB : classPathA));
    }
    Samples samples = new Samples(toArray(a), toArray(b));
    figures[0].put(subject + " ns", samples.medianA());
    figures[1].put(subject + " ns", samples.medianB());
    return String.format(
        Locale.ROOT,
        "| %.2f | %.2f | %s | %s |",
        samples.ratio(),
        samples.spread(),
        samples.verdict(),
        subject);
  }

  /** Nanoseconds a record, whatever the benchmark's own unit is. */
  private double timeOf(String subject, String classPath) throws IOException, InterruptedException {
    Path result = Files.createTempFile(place, "fork", ".json");
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(JmhRuns.jvm());
    command.addAll(List.of("-cp", classPath, "org.openjdk.jmh.Main"));
    command.addAll(options(subject));
    command.addAll(List.of("-f", "0", "-foe", "true", "-rf", "json", "-rff", result.toString()));
    Path log = place.resolve("fork.log");
    Process fork =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (fork.waitFor() != 0) {
      throw new IOException(subject + " failed; see " + log);
    }
    String json = Files.readString(result);
    Files.delete(result);
    return timeIn(json, subject);
  }

  /** As JMH's command line has them. */
  static List<String> options(String subject) {
    String[] words = subject.split(" ", -1);
    List<String> options = new ArrayList<>(List.of("\\." + words[0] + "\\."));
    for (String parameter : Arrays.asList(words).subList(1, words.length)) {
      options.addAll(List.of("-p", parameter));
    }
    if (!"FileOut".equals(words[0])) { // which runs a number of times, and for no time
      options.addAll(List.of("-wi", "3", "-w", "600ms", "-i", "3", "-r", "600ms"));
    }
    return options;
  }

  static double timeIn(String json, String subject) throws IOException {
    Matcher raw = RAW_DATA.matcher(json);
    if (!raw.find()) {
      throw new IOException(subject + ": JMH has left no figures");
    }
    double[] each =
        Arrays.stream(raw.group(1).split(",", -1))
            .mapToDouble(text -> Double.parseDouble(text.strip()))
            .sorted()
            .toArray();
    double median = each[each.length / 2];
    return json.contains("\"mode\" : \"thrpt\"") ? 1e9 / median : median;
  }

  private static double[] toArray(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
