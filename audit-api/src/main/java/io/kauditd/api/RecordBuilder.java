// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One record that is made of fields and then logged:
 *
 * <pre>{@code
 * audit.record(RecordType.USER_LOGIN)
 *     .field("op", "login")
 *     .text("acct", userName)
 *     .result(false)
 *     .log();
 * }</pre>
 *
 * <p>Names, encoding, order and limits are those of {@link RecordText}. It is not thread-safe, and
 * is for one record.
 *
 * <p><b>Errors</b>: an invalid field causes an {@link IllegalArgumentException} that names it.
 *
 * @since 0.1.0
 */
public final class RecordBuilder {
  private final RecordText text;
  private final Predicate<String> log;
  private boolean logged;

  RecordBuilder(int type, Predicate<String> log) {
    this.text = RecordText.of(type);
    this.log = log;
  }

  /**
   * Adds a field whose value the program chose, {@code op=login}; see {@link
   * RecordText#field(String, String)}.
   */
  public RecordBuilder field(String name, @Nullable String value) {
    text.field(name, value);
    return this;
  }

  /** Adds a field with a number, {@code port=443}. */
  public RecordBuilder field(String name, long value) {
    text.field(name, value);
    return this;
  }

  /**
   * Adds a field whose value comes from outside; see {@link RecordText#text}. A value longer than
   * {@link RecordText#MAX_VALUE_BYTES} is an error; {@link #excerpt} cuts it.
   */
  public RecordBuilder text(String name, @Nullable String value) {
    text.text(name, value);
    return this;
  }

  /** As {@link #text}, but cuts a value that is too long; see {@link RecordText#excerpt}. */
  public RecordBuilder excerpt(String name, @Nullable String value) {
    text.excerpt(name, value);
    return this;
  }

  /** Sets the result; see {@link RecordText#result}. */
  public RecordBuilder result(boolean successful) {
    text.result(successful);
    return this;
  }

  /**
   * Logs the record.
   *
   * <p><b>Blocking</b>: as {@link AuditLog#log(int, String)}.
   *
   * @return whether it was accepted; if not, it is counted as lost
   * @throws IllegalStateException if it was logged before
   */
  public boolean log() {
    if (logged) {
      throw new IllegalStateException("this record was logged already; begin another one");
    }
    logged = true;
    return log.test(text.toString());
  }
}
