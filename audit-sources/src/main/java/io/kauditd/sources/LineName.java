// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

/** Which line a report is about. The words are made only when there is something to report. */
final class LineName {
  private final String place;
  private long number;

  /**
   * @param place where the lines come from, as the beginning of a sentence: {@code client 3, }; may
   *     be empty
   */
  LineName(String place) {
    this.place = place;
  }

  void next() {
    number++;
  }

  /** The lines of another file begin. */
  void startAgain() {
    number = 0;
  }

  @Override
  public String toString() {
    return place + "line " + number;
  }
}
