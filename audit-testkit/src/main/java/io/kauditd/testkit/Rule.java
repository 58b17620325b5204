// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the SPI, by number. {@code docs/reference/spi-rules.md} has the same, with the
 * intent of each; a test compares the two.
 */
enum Rule {
  G1("the id is lower-case letters, digits, dots and hyphens, and begins with a letter"),
  G2("spiVersion() returns SpiVersion.CURRENT, literally"),
  G3("the description is one line, and says what it is for without a full stop"),
  G4("every option has a key of its own and a description, and the argument is one of the options"),
  G5(
      "ServiceLoader finds the provider: the class is public, so is its constructor, and it is"
          + " named in META-INF/services"),
  G6("create makes the plug-in, with the options that are required and with all of them"),

  Q1("records leave in the order in which they were added"),
  Q2("add takes a record if fewer than 'capacity' are in the queue, and refuses it otherwise"),
  Q3("records in flight are not counted"),
  Q4("poll returns null at once when there is no record"),
  Q5("acknowledge forgets the oldest in flight, and no others"),
  Q6("putBack puts the youngest in flight back at the head, in their old order"),
  Q7("a record comes out as it went in, to the byte"),
  Q8("add never waits for room"),
  Q9("counts that do not fit what is in flight are refused and change nothing"),
  Q10("many producers may add at once: each record comes out once, and the bound is exact"),
  Q11("a record that was added is counted by size() on every thread"),
  Q12("close works whatever is in the queue or in flight"),
  Q13("what was not acknowledged is offered again after the next start, in the old order"),
  Q14("what was acknowledged is never offered again"),
  Q15("recovered() counts what an earlier run left, and nothing else"),
  Q16("an interrupted thread does no harm, and stays interrupted"),
  Q17("addAll takes the first ones that add would take one by one, and says how many"),
  Q18("boundsItself and outlivesProgram always say the same"),
  Q19("what was added is there after a kill, if outlivesProgram says so"),
  Q20("a record that leaves by itself is counted in lost() or evicted()"),
  Q21("a number stays with its record, and no lower one is given later"),

  T1("creating it does no I/O and starts no thread"),
  T2(
      "open answers connected, with a port of 1 or more if there is one, listening, or failed with"
          + " a reason"),
  T3("open and send return in time"),
  T4(
      "the result fits the batch: without an error at least one record was taken, and never more"
          + " than were pulled"),
  T5("what is reported as taken has arrived: complete, in order, once"),
  T6("the batch is used during the call of send and on its thread, and no longer"),
  T7("a daemon that is gone is an error that ends the connection, as a value, with a reason"),
  T8("a daemon that takes nothing just now is EAGAIN, as a value, and loses nothing"),
  T9("after reset, open connects again and records flow as before"),
  T10("no record blocks those behind it: each is taken or REJECTED"),
  T11("nothing in a record makes a second one of it"),
  T12("close lets go of everything, also if it was never opened"),
  T13("if taken means arrived, what is reported as taken has arrived when send returns"),
  T14("a batch may end early, after fewer records than the one before it"),
  T15("an interrupted thread loses nothing, and nothing that was taken is sent again"),
  T16("what may have arrived and was not taken is said to be in doubt"),

  P1("there is an answer to every question"),
  P2("attempts come to an end by themselves"),
  P3("only what was tried, and can succeed, is sent again"),
  P4("routeRest says what route would say of each record"),
  P5("every pass ends"),
  P6("the retry and hold queues stay within the backlog limit"),
  P7("the view of the queues is used during the call, and no longer"),
  P8("walksOnce and stopsPass always say the same"),
  P9("if order is promised, records are delivered in the order they were logged"),
  P10("an answer comes at once"),
  P11("keepsOrder always says the same, and is true only where the order is kept"),

  S1("creating it does no I/O and starts no thread"),
  S2("every record is handed over once, in order"),
  S3("run returns when there is nothing more to come"),
  S4("close ends run within a second, and what was read is handed over"),
  S5("close may come before run, after it, and more than once"),
  S6("a record that is refused does not end the source"),
  S7("what is no record is reported, and does not end the source"),
  S8("a source that cannot be opened is an IOException that names it"),
  S9("after run has returned nothing more is handed over, and no thread is left");

  private final String summary;

  Rule(String summary) {
    this.summary = summary;
  }

  String summary() {
    return summary;
  }

  private static final Pattern NAMED = Pattern.compile("\\[?([GPQST][0-9]+): .*", Pattern.DOTALL);

  /** The rule that a failed check names; null if it is another failure. */
  static @Nullable Rule namedBy(Throwable failure) {
    String message = failure instanceof AssertionError ? failure.getMessage() : null;
    Matcher named = NAMED.matcher(message == null ? "" : message);
    return named.matches() ? valueOf(named.group(1)) : null;
  }

  /** How a failed check begins: the rule, where its intent stands, and what was being tried. */
  @SuppressWarnings("AnnotateFormatMethod") // would be one more dependency of every author
  String when(String situation, @Nullable Object... arguments) {
    return name()
        + ": "
        + summary
        + " (docs/reference/spi-rules.md#"
        + name().toLowerCase(Locale.ROOT)
        + "); "
        + situation.formatted(arguments);
  }
}
