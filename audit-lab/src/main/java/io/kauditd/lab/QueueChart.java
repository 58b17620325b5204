// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.lab.QueuePlot.Curves;
import io.kauditd.lab.QueuePlot.Outage;
import io.kauditd.lab.QueuePlot.Panel;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the panels of a {@link QueuePlot}: depths on the left axis, losses on the right one. */
final class QueueChart {
  /** The colour of all text, and of nothing else. */
  static final Color INK = new Color(0x1F2328);

  static final String MAIN = "main queue";
  static final String RETRY = "retry queue";
  static final String HOLD = "hold queue";
  static final String LOST = "lost (right axis)";

  private static final int DEPTH_AXIS = 0;
  private static final int LOST_AXIS = 1;

  private static final Color GRID = new Color(0xE4E7EB);
  private static final Color SHADE = new Color(0x60D9C77A, true);

  // Told apart in greyscale and by most colour-blind readers; Okabe and Ito's palette.
  private static final Color MAIN_COLOR = new Color(0x56B4E9);
  private static final Color RETRY_COLOR = new Color(0xE69F00);
  private static final Color HOLD_COLOR = new Color(0x0B5A8A);
  private static final Color LOST_COLOR = new Color(0xC0392B);

  private final QueuePlot plot;
  private final TimeUnitOfPlot unit;
  private final double depthMax;
  private final double lostMax;

  QueueChart(QueuePlot plot) {
    this.plot = plot;
    this.unit = TimeUnitOfPlot.fitting(plot.lengthS());
    this.depthMax = roundUp(plot.deepest());
    this.lostMax = roundUp(plot.mostLost());
  }

  /** The unit of the time axis: what gives numbers that are easy to read. */
  private enum TimeUnitOfPlot {
    SECONDS("seconds", 1),
    MINUTES("minutes", 60),
    HOURS("hours", 3600);

    private final String word;
    private final double lengthS;

    TimeUnitOfPlot(String word, double lengthS) {
      this.word = word;
      this.lengthS = lengthS;
    }

    static TimeUnitOfPlot fitting(double lengthS) {
      return lengthS < 180 ? SECONDS : lengthS < 3 * 3600 ? MINUTES : HOURS;
    }

    double of(double seconds) {
      return seconds / lengthS;
    }
  }

  /** The chart of one panel. */
  XYChart panel(Panel panel, int width, int height) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .theme(ChartTheme.XChart)
            .title(panel.policy() + ": " + panel.outcome())
            .xAxisTitle("time since the start (" + unit.word + ")")
            .yAxisTitle("records in the queue")
            .build();
    style(chart.getStyler());
    chart.setYAxisGroupTitle(LOST_AXIS, "records lost so far");
    shadeOutages(chart);
    // Where they lie on each other, all are seen: the later ones are thinner.
    Curves curves = panel.curves();
    double[] at = Arrays.stream(curves.atS()).map(unit::of).toArray();
    depth(chart, MAIN, new Polyline(at, curves.main()), MAIN_COLOR, 5);
    depth(chart, RETRY, new Polyline(at, curves.retry()), RETRY_COLOR, 2.8f);
    depth(chart, HOLD, new Polyline(at, curves.hold()), HOLD_COLOR, 1.2f);
    Polyline lost = new Polyline(at, curves.lost()).thinned(lostMax, height);
    line(chart, LOST, lost, LOST_COLOR, dashed(1.8f)).setYAxisGroup(LOST_AXIS);
    return chart;
  }

  private void style(XYStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartFontColor(INK);
    styler.setAxisTickLabelsColor(INK);
    styler.setChartTitleFont(font(Font.BOLD, 14));
    styler.setChartTitleBoxVisible(false);
    styler.setAxisTitleFont(font(Font.PLAIN, 12));
    styler.setAxisTickLabelsFont(font(Font.PLAIN, 11));
    styler.setLegendFont(font(Font.PLAIN, 12));
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotBorderColor(GRID);
    styler.setPlotContentSize(1);
    styler.setXAxisMin(0.0);
    styler.setXAxisMax(unit.of(plot.lengthS()));
    styler.setYAxisMin(DEPTH_AXIS, 0.0);
    styler.setYAxisMax(DEPTH_AXIS, depthMax);
    styler.setYAxisMin(LOST_AXIS, 0.0);
    styler.setYAxisMax(LOST_AXIS, lostMax);
    styler.setYAxisGroupPosition(LOST_AXIS, YAxisPosition.Right);
    styler.setYAxisTickLabelsFormattingFunction(QueueChart::count);
    styler.setXAxisDecimalPattern("#,##0.##");
    styler.setYAxisTickMarkSpacingHint(36);
    styler.setMarkerSize(0);
  }

  /** One entry in the legend for all of them. */
  private void shadeOutages(XYChart chart) {
    String name =
        plot.outages().stream().map(Outage::what).distinct().collect(Collectors.joining(", "));
    for (int i = 0; i < plot.outages().size(); i++) {
      Outage outage = plot.outages().get(i);
      double[] at = {unit.of(outage.fromS()), unit.of(outage.toS())};
      XYSeries series =
          chart.addSeries(i == 0 ? name : name + i, at, new double[] {2 * depthMax, 2 * depthMax});
      series.setShowInLegend(i == 0);
      series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
      series.setFillColor(SHADE);
      series.setLineColor(SHADE);
      series.setLineStyle(solid(10)); // seen in the legend alone: the rest lies above the plot
      series.setMarker(SeriesMarkers.NONE);
    }
  }

  private void depth(XYChart chart, String name, Polyline curve, Color color, float width) {
    line(chart, name, curve.thinned(depthMax, chart.getHeight()), color, solid(width));
  }

  private static XYSeries line(
      XYChart chart, String name, Polyline curve, Color color, BasicStroke stroke) {
    XYSeries series = chart.addSeries(name, curve.x(), curve.y());
    series.setLineColor(color);
    series.setLineStyle(stroke);
    series.setMarker(SeriesMarkers.NONE);
    return series;
  }

  static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  private static BasicStroke solid(float width) {
    return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
  }

  private static BasicStroke dashed(float width) {
    return new BasicStroke(
        width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {7, 3}, 0);
  }

  /** Large numbers in millions, which the axis would have no room for. */
  private static String count(double value) {
    return Math.abs(value) < 1e6
        ? String.format(Locale.ROOT, "%,.0f", value)
        : new DecimalFormat("#,##0.## M", DecimalFormatSymbols.getInstance(Locale.ROOT))
            .format(value / 1e6);
  }

  /** Up to a number with one digit and zeros, or half of one, so that there is room above. */
  private static double roundUp(double value) {
    if (value < 9) {
      return 10; // records are whole, and so are the numbers on their axis
    }
    double step = Math.pow(10, Math.floor(Math.log10(value * 1.05))) / 2;
    return Math.ceil(value * 1.05 / step) * step;
  }
}
