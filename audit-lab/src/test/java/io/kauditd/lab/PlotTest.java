// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.lab.QueuePlot.Curves;
import io.kauditd.lab.QueuePlot.Outage;
import io.kauditd.lab.QueuePlot.Panel;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.batik.svggen.SVGGraphics2D;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.knowm.xchart.XYChart;
import org.w3c.dom.Document;

/** What a person would look for in a plot. */
class PlotTest {
  private static final Color MAIN = new Color(0x56B4E9);

  @BeforeAll
  static void withoutAScreen() {
    System.setProperty("java.awt.headless", "true");
  }

  /** Two outages; queues that rise during them to {@code depth}; {@code lost} lost in the end. */
  private static QueuePlot plot(double lengthS, double depth, double lost, String... policies) {
    double[] at = IntStream.rangeClosed(0, 480).mapToDouble(i -> i * lengthS / 480).toArray();
    double[] main = IntStream.rangeClosed(0, 480).mapToDouble(i -> inOutage(i) * depth).toArray();
    double[] some = Arrays.stream(main).map(value -> value / 2).toArray();
    double[] losses = IntStream.rangeClosed(0, 480).mapToDouble(i -> i * lost / 480).toArray();
    List<Panel> panels =
        Arrays.stream(policies)
            .map(policy ->
                new Panel(
                    policy,
                    QueuePlot.outcome(
                        (long) lost, (long) (3 * lost), 8193, ", a pass that never ends"),
                    new Curves(at, main, some, some, losses)))
            .toList();
    return new QueuePlot(
        "The daemon is stopped",
        lengthS,
        List.of(
            new Outage("daemon stopped", lengthS / 4, lengthS / 2),
            new Outage("daemon killed", lengthS * 3 / 4, lengthS)),
        panels);
  }

  private static double inOutage(int i) {
    return (i >= 120 && i < 240) || i >= 360 ? 1 : 0;
  }

  @Test
  void axesAndCurvesAreLabelledWithTheirUnits() {
    QueuePlot plot = plot(3900, 8193, 38e6, "mainline");

    XYChart chart = new QueueChart(plot).panel(plot.panels().get(0), 960, 310);

    assertThat(chart.getTitle())
        .isEqualTo(
            "mainline: 38,000,000 of 114,000,000 records lost, 8,193 out of order,"
                + " a pass that never ends");
    assertThat(chart.getXAxisTitle()).isEqualTo("time since the start (minutes)");
    assertThat(chart.getYAxisGroupTitle(0)).isEqualTo("records in the queue");
    assertThat(chart.getYAxisGroupTitle(1)).isEqualTo("records lost so far");
    for (String name : List.of("main queue", "retry queue", "hold queue", "lost (right axis)")) {
      assertThat(chart.getSeries(name).isShowInLegend()).as(name).isTrue();
      assertThat(chart.getSeries(name).getXData().length).as(name).isGreaterThan(1);
    }
    assertThat(chart.getSeries("lost (right axis)").getYAxisGroup()).isEqualTo(1);
    assertThat(chart.getSeries("daemon stopped, daemon killed").isShowInLegend()).isTrue();
  }

  @Test
  void allPanelsHaveTheSameAxes() {
    QueuePlot small = plot(60, 100, 10, "mainline");
    QueuePlot large = plot(60, 8000, 5000, "v5.16");
    var both =
        new QueuePlot("both", 60, List.of(), List.of(small.panels().get(0), large.panels().get(0)));
    var charts = new QueueChart(both);

    XYChart one = charts.panel(both.panels().get(0), 960, 310);
    XYChart two = charts.panel(both.panels().get(1), 960, 310);

    assertThat(one.getStyler().getYAxisMax(0)).isEqualTo(two.getStyler().getYAxisMax(0));
    assertThat(one.getStyler().getYAxisMax(0)).isBetween(8000.0, 9000.0);
    assertThat(one.getStyler().getYAxisMax(1)).isEqualTo(two.getStyler().getYAxisMax(1));
    assertThat(one.getStyler().getXAxisMax()).isEqualTo(60.0);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 10, 1, seconds",
    "15, 8193, 120000, seconds",
    "179, 8193, 999999, seconds",
    "3900, 8193, 38000000, minutes",
    "86400, 2000000000, 4000000000, hours",
    "60, 0, 0, seconds"
  })
  void noTextTouchesAnother(double lengthS, double depth, double lost, String unit)
      throws Exception {
    QueuePlot plot = plot(lengthS, depth, lost, "v5.16", "mainline", "ordered");
    var writer = new PlotWriter(plot);
    var graphics = new TextBoxes();

    writer.paint(graphics);

    var canvas = new Rectangle2D.Double(0, 0, PlotWriter.WIDTH, writer.height());
    // Of each panel: title, three axis titles, five in the legend, and ticks on three axes.
    assertThat(graphics.boxes).hasSizeGreaterThan(1 + 3 * (1 + 3 + 5 + 3 * 3));
    for (int i = 0; i < graphics.boxes.size(); i++) {
      assertThat(canvas.contains(graphics.boxes.get(i))).as("%s", graphics.boxes.get(i)).isTrue();
      for (int j = 0; j < i; j++) {
        assertThat(graphics.boxes.get(i).intersects(graphics.boxes.get(j)))
            .as("%s and %s", graphics.boxes.get(i), graphics.boxes.get(j))
            .isFalse();
      }
    }
    assertThat(new QueueChart(plot).panel(plot.panels().get(0), 960, 310).getXAxisTitle())
        .contains(unit);
  }

  @Test
  void outagesAreShadedAndCurvesAreSeen() throws Exception {
    var writer = new PlotWriter(plot(60, 8000, 5000, "mainline"));

    BufferedImage image = ImageIO.read(new ByteArrayInputStream(writer.png()));

    int row = 2 * (PlotWriter.HEAD + 120); // in the plot, between the curves
    List<Integer> changes = changesOfShade(image, row);
    assertThat(changes).as("begins, ends, begins, ends").hasSize(4);
    int plotWidth = changes.get(3) - changes.get(0);
    // A quarter to a half, and three quarters to the end, of the time.
    assertThat((changes.get(1) - changes.get(0)) * 3.0 / plotWidth).isBetween(0.95, 1.05);
    assertThat((changes.get(3) - changes.get(2)) * 3.0 / plotWidth).isBetween(0.95, 1.05);
    assertThat(pixelsLike(image, MAIN)).isGreaterThan(2000);
  }

  /** Where the background turns from white to the shade, or back, in runs that are no curve. */
  private static List<Integer> changesOfShade(BufferedImage image, int row) {
    var changes = new ArrayList<Integer>();
    int legend = 2 * 90; // left of the plot
    boolean shaded = false;
    for (int x = legend; x < image.getWidth() - 2 * 20; x++) {
      boolean now = isShade(image, x, row) && isShade(image, x + 12, row);
      boolean white = isWhite(image, x, row) && isWhite(image, x + 12, row);
      if (shaded ? white : now) {
        shaded = !shaded;
        changes.add(x);
      }
    }
    return changes;
  }

  private static boolean isShade(BufferedImage image, int x, int y) {
    var color = new Color(image.getRGB(x, y));
    return color.getRed() > 225 && color.getRed() - color.getBlue() > 20;
  }

  private static boolean isWhite(BufferedImage image, int x, int y) {
    return new Color(image.getRGB(x, y)).equals(Color.WHITE);
  }

  private static long pixelsLike(BufferedImage image, Color color) {
    return IntStream.range(0, image.getHeight())
        .mapToLong(y ->
            IntStream.range(0, image.getWidth())
                .filter(x -> image.getRGB(x, y) == color.getRGB())
                .count())
        .sum();
  }

  @Test
  void anSvgIsOneForBrowsersAndReaders() throws Exception {
    var writer = new PlotWriter(plot(60, 8000, 5000, "mainline", "ordered"));

    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(withoutDoctype(writer.svg())));

    assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(svg.getDocumentElement().getAttribute("viewBox"))
        .isEqualTo("0 0 960 " + (PlotWriter.HEAD + 2 * PlotWriter.PANEL));
    assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("The daemon is stopped");
    assertThat(writer.svg()).as("drawn twice").isEqualTo(writer.svg());
    assertThat(writer.svg().length).isLessThan(500_000);
  }

  /** The parser would fetch it. */
  private static byte[] withoutDoctype(byte[] svg) {
    String text = new String(svg, java.nio.charset.StandardCharsets.UTF_8);
    return text.replaceFirst("(?s)<!DOCTYPE[^>]*>", "")
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void whatCannotBeSeenIsLeftOut() {
    double[] x = IntStream.rangeClosed(0, 1000).mapToDouble(i -> i).toArray();
    double[] y = Arrays.stream(x).map(i -> (i < 500 ? i : 500) + i % 2 * 0.4).toArray();

    Polyline thinned = new Polyline(x, y).thinned(500, 500);

    assertThat(thinned.x().length).isLessThan(10);
    assertThat(thinned.x()).startsWith(0).endsWith(1000);
    assertThat(thinned.y()[thinned.y().length - 1]).isEqualTo(500);
    assertThat(Arrays.stream(thinned.x()).anyMatch(at -> Math.abs(at - 500) <= 2)).isTrue();
    assertThat(new Polyline(x, y).thinned(500, 5000).x()).hasSize(1001);
  }

  /** Takes down where text is: it comes as outlines, filled in a colour that nothing else has. */
  private static final class TextBoxes extends SVGGraphics2D {
    private final List<Rectangle2D> boxes = new ArrayList<>();

    TextBoxes() throws Exception {
      super(DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument());
    }

    @Override
    public void fill(java.awt.Shape shape) {
      if (getColor().equals(QueueChart.INK)) {
        boxes.add(getTransform().createTransformedShape(shape).getBounds2D());
      }
      super.fill(shape);
    }
  }
}
