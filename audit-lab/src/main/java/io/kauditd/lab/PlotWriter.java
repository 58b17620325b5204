// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Lays the panels of a plot below each other, and writes them as SVG or PNG. Only this class uses
 * java.desktop, so a command that draws nothing does not load that.
 */
final class PlotWriter {
  static final int WIDTH = 960;
  static final int HEAD = 44;
  static final int PANEL = 310;

  private static final String SVG = "http://www.w3.org/2000/svg";

  /** Text is drawn as outlines, whose points are most of the file. */
  private static final int SVG_DIGITS = 1;

  /** Pixels for a point: sharp on today's screens. */
  private static final int PNG_SCALE = 2;

  private final QueuePlot plot;

  PlotWriter(QueuePlot plot) {
    this.plot = plot;
  }

  /** Measures a word; what is thrown where Java has no fonts is none of its documented faults. */
  static void requireFonts() {
    new TextLayout(
            "fonts", QueueChart.font(Font.PLAIN, 12), new FontRenderContext(null, true, true))
        .getBounds();
  }

  int height() {
    return HEAD + PANEL * plot.panels().size();
  }

  byte[] svg() throws IOException {
    Document document = document();
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
    context.setPrecision(SVG_DIGITS);
    context.setComment(null);
    var graphics = new SVGGraphics2D(context, false);
    graphics.setSVGCanvasSize(new Dimension(WIDTH, height()));
    paint(graphics);
    Element root = graphics.getRoot();
    root.setAttribute("viewBox", "0 0 " + WIDTH + " " + height());
    root.setAttribute("role", "img");
    Element title = document.createElementNS(SVG, "title");
    title.setTextContent(plot.title());
    root.insertBefore(title, root.getFirstChild());
    var text = new StringWriter();
    graphics.stream(root, text, true, false);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Document document() throws IOException {
    try {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVG, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IOException(e);
    }
  }

  byte[] png() throws IOException {
    var image =
        new BufferedImage(PNG_SCALE * WIDTH, PNG_SCALE * height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(PNG_SCALE, PNG_SCALE);
    paint(graphics);
    graphics.dispose();
    var bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, "png", bytes)) {
      throw new IOException("this JDK has no writer for PNG");
    }
    return bytes.toByteArray();
  }

  /** Paints everything. */
  void paint(Graphics2D graphics) {
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, height());
    graphics.setColor(QueueChart.INK);
    Font font = QueueChart.font(Font.BOLD, 16);
    var title = new TextLayout(plot.title(), font, graphics.getFontRenderContext());
    graphics.fill(title.getOutline(AffineTransform.getTranslateInstance(16, 30)));
    var charts = new QueueChart(plot);
    AffineTransform origin = graphics.getTransform();
    for (int i = 0; i < plot.panels().size(); i++) {
      graphics.translate(0, HEAD + i * PANEL);
      charts.panel(plot.panels().get(i), WIDTH, PANEL).paint(graphics, WIDTH, PANEL);
      graphics.setTransform(origin);
    }
  }
}
