// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SerialGapsTest {
  private static final int WINDOW = 1 << 16;

  private final SerialGaps gaps = new SerialGaps();

  private long missingAfter(long... serials) {
    for (long serial : serials) {
      gaps.seen(serial, 0);
    }
    gaps.settle();
    return gaps.missing();
  }

  @Test
  void withoutGapsNothingIsMissing() {
    assertThat(missingAfter(7, 7, 7, 8, 9, 9, 10)).isZero();
  }

  @Test
  void aSerialThatNeverComesIsMissing() {
    assertThat(missingAfter(7, 9, 12)).isEqualTo(3);
  }

  @Test
  void aSerialThatComesLateIsNot() {
    assertThat(missingAfter(7, 10, 8, 9)).isZero();
  }

  @Test
  void aGapCountsOnceItHasFallenOutOfTheWindow() {
    gaps.seen(1, 0);
    gaps.seen(3, 0);
    assertThat(gaps.missing()).isZero();
    for (int serial = 4; serial < WINDOW + 4; serial++) {
      gaps.seen(serial, 0);
    }
    assertThat(gaps.missing()).isEqualTo(1);
  }

  @Test
  void whatCameBeforeTheFirstOrAfterTheJudgementChangesNothing() {
    assertThat(missingAfter(100, 99, 102)).isEqualTo(1);
    assertThat(missingAfter(101, 98)).isEqualTo(1);
    assertThat(missingAfter(103)).isEqualTo(1);
  }

  @Test
  void serialsThatBeginAnewAreCountedAnew() {
    assertThat(missingAfter(1_000_000, 1_000_002)).isEqualTo(1);
    assertThat(missingAfter(1, 2, 5)).isEqualTo(3);
    assertThat(gaps.highest()).isEqualTo(5);
  }

  @Test
  void aLowerSerialOfALaterTimeIsOfTheNextBoot() {
    gaps.seen(500, 10_000);
    gaps.seen(502, 10_001);
    gaps.seen(1, 25_000);
    gaps.seen(3, 25_001);
    gaps.settle();
    assertThat(gaps.missing()).isEqualTo(2);
  }

  @Test
  void aLateRecordOfAnEarlierTimeIsOfTheSameBoot() {
    gaps.seen(500, 10_000);
    gaps.seen(502, 20_000);
    gaps.seen(501, 10_001);
    gaps.settle();
    assertThat(gaps.missing()).isZero();
  }

  @Test
  void whatIsSettledIsWhatCameBeforeAMark() {
    gaps.seen(1, 0);
    gaps.seen(3, 0);
    gaps.seen(5, 0);
    gaps.settle(3);
    assertThat(gaps.missing()).isEqualTo(1);
    gaps.seen(4, 0);
    gaps.settle(5);
    assertThat(gaps.missing()).isEqualTo(1);
  }

  @Test
  void serialsWrapAround() {
    assertThat(missingAfter(0xFFFF_FFFEL, 0xFFFF_FFFFL, 1, 2)).isEqualTo(1);
    assertThat(gaps.highest()).isEqualTo(2);
  }

  @Test
  void aJumpBeyondTheWindowCountsWhatItLeftOut() {
    assertThat(missingAfter(1, WINDOW + 11)).isEqualTo(WINDOW + 9);
  }

  @Test
  void anyOrderWithinTheWindowGivesTheSameCount() {
    var random = new Random(4711);
    for (int round = 0; round < 200; round++) {
      var other = new SerialGaps();
      long base = random.nextLong(1L << 32);
      int size = 1 + random.nextInt(2000);
      var serials = new ArrayList<Long>();
      for (int i = 1; i < size; i++) {
        if (random.nextInt(10) > 0) {
          serials.add((base + i) & 0xFFFF_FFFFL);
        }
      }
      long expected = size - 1L - serials.size();
      Collections.shuffle(serials, random);
      serials.addFirst(base);
      serials.add((base + size) & 0xFFFF_FFFFL);
      serials.forEach(serial -> other.seen(serial, 0));
      other.settle();
      assertThat(other.missing()).as("round %d", round).isEqualTo(expected);
    }
  }
}
