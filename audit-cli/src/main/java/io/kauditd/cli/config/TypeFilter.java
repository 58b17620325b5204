// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Which records are taken, by their type. The others are counted as filtered, which is no loss.
 *
 * @param include the types that are taken; all types if empty
 * @param exclude the types among them that are not taken
 */
public record TypeFilter(List<Range> include, List<Range> exclude) {
  /** Takes everything. */
  static final TypeFilter ALL = new TypeFilter(List.of(), List.of());

  private static final String TAKES =
      "record types: a name such as USER_LOGIN, a number, a range such as 1300-1399, kernel or"
          + " user; several with commas between";

  /** What the kernel itself writes, by the ranges of its headers. */
  private static final List<Range> KERNEL = List.of(new Range(1300, 2099));

  /** What processes may send. */
  private static final List<Range> USER =
      List.of(
          new Range(1005, 1005), // AUDIT_USER, the old form
          new Range(RecordType.FIRST_USER_MSG, RecordType.LAST_USER_MSG),
          new Range(RecordType.FIRST_USER_MSG2, RecordType.LAST_USER_MSG2));

  /**
   * Types, both ends included.
   *
   * @param first the first
   * @param last the last
   */
  record Range(int first, int last) {}

  /**
   * Reads what was given.
   *
   * @throws UserError for what is no type
   */
  static TypeFilter of(List<UserValue> include, List<UserValue> exclude) {
    return new TypeFilter(ranges(include), ranges(exclude));
  }

  /** Whether a record is taken. */
  public boolean takes(AuditRecord record) {
    int type = record.type();
    return (include.isEmpty() || isIn(include, type)) && !isIn(exclude, type);
  }

  private static boolean isIn(List<Range> ranges, int type) {
    for (Range range : ranges) {
      if (type >= range.first && type <= range.last) {
        return true;
      }
    }
    return false;
  }

  private static List<Range> ranges(List<UserValue> all) {
    var ranges = new ArrayList<Range>();
    for (UserValue given : all) {
      for (String word : given.text().split(",", -1)) {
        ranges.addAll(range(word.strip(), given));
      }
    }
    return List.copyOf(ranges);
  }

  private static List<Range> range(String word, UserValue given) {
    switch (word.toLowerCase(Locale.ROOT)) {
      case "kernel" -> {
        return KERNEL;
      }
      case "user" -> {
        return USER;
      }
      default -> {}
    }
    OptionalInt one = RecordType.parse(word);
    if (one.isPresent()) {
      return List.of(new Range(one.getAsInt(), one.getAsInt()));
    }
    int hyphen = word.indexOf('-'); // no name has one
    if (hyphen > 0) {
      OptionalInt first = RecordType.parse(word.substring(0, hyphen).strip());
      OptionalInt last = RecordType.parse(word.substring(hyphen + 1).strip());
      if (first.isPresent() && last.isPresent() && first.getAsInt() <= last.getAsInt()) {
        return List.of(new Range(first.getAsInt(), last.getAsInt()));
      }
    }
    throw given.notValid(TAKES);
  }
}
