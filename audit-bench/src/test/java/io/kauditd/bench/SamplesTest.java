// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code audit-bench/compare} calls a difference. */
class SamplesTest {
  @Test
  void theSameIsNoDifference() {
    var samples = new Samples(new double[] {10, 12, 11, 13, 14}, new double[] {11, 10, 12, 14, 13});

    assertThat(samples.verdict()).isEqualTo("no difference");
    assertThat(samples.ratio()).isEqualTo(1);
    assertThat(samples.spread()).isCloseTo(4 / 12.0, within(1e-9));
  }

  @Test
  void aClearDifferenceHasADirection() {
    double[] low = {10, 12, 11, 13, 14};
    double[] high = {20, 30, 22, 21, 25};

    assertThat(new Samples(low, high).verdict()).isEqualTo("slower");
    assertThat(new Samples(high, low).verdict()).isEqualTo("faster");
  }

  @Test
  void oneWildFigureMakesNoDifference() {
    var samples = new Samples(new double[] {10, 12, 11, 13, 14}, new double[] {11, 10, 12, 14, 99});

    assertThat(samples.verdict()).isEqualTo("no difference");
  }

  /**
   * As in tables of the test: two of 252 orders of five and five are as clear, then four, eight.
   */
  @Test
  void theProbabilityIsExact() {
    double[] five = {1, 2, 3, 4, 5};
    assertThat(new Samples(five, new double[] {6, 7, 8, 9, 10}).probability())
        .isCloseTo(2 / 252.0, within(1e-9));
    assertThat(new Samples(five, new double[] {4.5, 7, 8, 9, 10}).probability())
        .isCloseTo(4 / 252.0, within(1e-9));
    assertThat(new Samples(five, new double[] {3.5, 7, 8, 9, 10}).probability())
        .isCloseTo(8 / 252.0, within(1e-9));
  }

  @Test
  void threeAreTooFewToTell() {
    var samples = new Samples(new double[] {1, 2, 3}, new double[] {40, 50, 60});

    assertThat(samples.verdict()).isEqualTo("no difference");
  }

  @Test
  void whatJmhLeavesIsRead() throws Exception {
    String json = "\"mode\" : \"%s\", \"rawData\" : [\n [\n 4.0E7,\n 5.0E7,\n 1.0E7\n ]\n ]";

    assertThat(Compare.timeIn(json.formatted("thrpt"), "x")).isEqualTo(25);
    assertThat(Compare.timeIn(json.formatted("avgt"), "x")).isEqualTo(4e7);
    assertThat(Compare.options("Depth record=same depth=100"))
        .startsWith("\\.Depth\\.", "-p", "record=same", "-p", "depth=100");
  }

  @Test
  void figuresOfAnEarlierCallAreKept(@TempDir Path place) throws Exception {
    Figures before = new Figures();
    before.put("Depth ns", 1);
    before.put("Burst ns", 2);
    before.writeJson(place.resolve("f"), Map.of("commit", "abc"));
    Figures now = new Figures();
    now.put("Depth ns", 3);
    now.addFrom(place.resolve("f"));
    now.addFrom(place.resolve("none"));

    assertThat(now.get("Depth ns")).isEqualTo(3);
    assertThat(now.get("Burst ns")).isEqualTo(2);
    assertThat(now.has("commit")).isFalse();
  }
}
