// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.simulation.DaemonModel.Outage;
import io.kauditd.simulation.Sample;
import io.kauditd.simulation.Scenario;
import io.kauditd.simulation.SimulationReport;
import io.kauditd.simulation.SimulationResult;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Makes the plot of a simulation. */
final class SimulationPlot {
  private SimulationPlot() {}

  static QueuePlot of(SimulationReport report) {
    Scenario scenario = report.scenario();
    return new QueuePlot(
        scenario.title(),
        seconds(scenario.duration()),
        scenario.daemon().outages().stream()
            .map(outage -> outage(outage, scenario.duration()))
            .toList(),
        report.results().stream().map(SimulationPlot::panel).toList());
  }

  private static QueuePlot.Outage outage(Outage outage, Duration end) {
    String what =
        switch (outage.trouble()) {
          case STOPPED -> "daemon stopped";
          case KILLED -> "daemon killed";
          case ENDED -> "daemon away";
          case FAILING -> "sends fail";
        };
    return new QueuePlot.Outage(what, seconds(outage.from()), seconds(outage.to().orElse(end)));
  }

  private static QueuePlot.Panel panel(SimulationResult result) {
    return new QueuePlot.Panel(result.policy(), outcome(result), curves(result.samples()));
  }

  private static String outcome(SimulationResult result) {
    return QueuePlot.outcome(
        result.ledger().droppedTotal(),
        result.ledger().logged(),
        result.outOfOrder(),
        result.endless().isPresent() ? ", a pass that never ends" : "");
  }

  private static QueuePlot.Curves curves(List<Sample> samples) {
    return new QueuePlot.Curves(
        column(samples, sample -> sample.atMs() / 1e3),
        column(samples, Sample::main),
        column(samples, Sample::retry),
        column(samples, Sample::hold),
        column(samples, Sample::lost));
  }

  private static double[] column(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).toArray();
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
