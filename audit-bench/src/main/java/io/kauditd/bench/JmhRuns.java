// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks, with their figures put among the others. */
final class JmhRuns {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /**
   * What every subject runs with; all but the first for what JMH and the peers do inside the JDK.
   */
  private static final String[] JVM = {
    "-Xmx2g",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"
  };

  private final Figures figures;
  private final boolean quick;

  static List<String> jvm() {
    return List.of(JVM);
  }

  /**
   * @param quick fewer and shorter iterations than the benchmarks say themselves
   */
  JmhRuns(Figures figures, boolean quick) {
    this.figures = figures;
    this.quick = quick;
  }

  /** Runs one benchmark with some values of one of its parameters, or all if none is given. */
  void run(Class<?> benchmark, String parameter, String... values) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + benchmark.getSimpleName() + "\\.")
            .verbosity(VerboseMode.SILENT)
            .jvmArgs(JVM)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true);
    if (values.length > 0) {
      options.param(parameter, values);
    }
    if (quick) {
      options.warmupIterations(3).measurementIterations(3);
      options.warmupTime(TimeValue.milliseconds(700)).measurementTime(TimeValue.milliseconds(700));
    }
    System.err.println("measuring " + benchmark.getSimpleName());
    take(new Runner(options.build()).run());
  }

  private void take(Collection<RunResult> results) {
    for (RunResult result : results) {
      String name = nameOf(result);
      // The median: on a machine that others use as well, the mean belongs to the worst moment.
      figures.put(name, result.getPrimaryResult().getStatistics().getPercentile(50));
      Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
      if (allocated != null) {
        figures.put(name + " bytes allocated", allocated.getScore());
      }
    }
  }

  /** {@code Depth depth=100 record=same}; the method too, for a benchmark that has several. */
  private static String nameOf(RunResult result) {
    var params = result.getParams();
    String[] words = params.getBenchmark().split("\\.", -1);
    String name = words[words.length - 2];
    if (params.getParamsKeys().isEmpty()) {
      return name + " " + words[words.length - 1];
    }
    return params.getParamsKeys().stream()
        .sorted()
        .map(key -> key + "=" + params.getParam(key))
        .collect(Collectors.joining(" ", name + " ", ""));
  }
}
