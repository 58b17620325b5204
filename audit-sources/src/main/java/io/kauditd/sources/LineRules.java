// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.SerialWatch;
import java.util.Locale;
import java.util.Objects;

/**
 * How a source reads lines: the expected form, what happens to a line that is no audit record, and
 * whether missing serials are reported.
 *
 * @since 0.1.0
 */
public final class LineRules {
  /**
   * Which program wrote the lines; {@code docs/reference/log-format.md} shows each form. May get
   * more values.
   */
  public enum Form {
    /** Each line in whichever of the forms it is. */
    AUTO,
    /** As the audit daemon writes them, and {@code ausearch --raw}. */
    AUDITD,
    /** As the audit daemon or the kernel writes them, with a syslog header before. */
    SYSLOG,
    /** As the kernel writes them to its log, with or without what prints the log puts before. */
    KERNEL,
    /** Text: nothing in a line is looked at. */
    PLAIN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final int plainType;
  private final Form form;
  private final SerialWatch.Mode gaps;

  private LineRules(int plainType, Form form, SerialWatch.Mode gaps) {
    this.plainType = plainType;
    this.form = Objects.requireNonNull(form, "form");
    this.gaps = Objects.requireNonNull(gaps, "gaps");
  }

  /**
   * Lines of any form.
   *
   * @param plainType the type of records made of lines that are no audit records
   */
  public static LineRules of(int plainType) {
    return new LineRules(plainType, Form.AUTO, SerialWatch.Mode.AUTO);
  }

  /** The same rules for lines of one form. */
  public LineRules withForm(Form newForm) {
    return new LineRules(plainType, newForm, gaps);
  }

  /** The same rules with serials watched or not. */
  public LineRules withGaps(SerialWatch.Mode newGaps) {
    return new LineRules(plainType, form, newGaps);
  }

  int plainType() {
    return plainType;
  }

  Form form() {
    return form;
  }

  SerialWatch.Mode gaps() {
    return gaps;
  }
}
