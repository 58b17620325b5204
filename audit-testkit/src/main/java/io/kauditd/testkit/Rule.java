// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the SPI, by number. {@code docs/reference/spi-rules.md} has the same rules with the
 * intent of each. A test compares the two.
 */
enum Rule {
  G1("the id is lower-case letters, digits, dots and hyphens, and begins with a letter"),
  G2("spiVersion() returns SpiVersion.CURRENT, literally"),
  G3("the description is one line without a full stop, and says what the plug-in is for"),
  G4("every option has a unique key and a description, and the argument is one of the options"),
  G5(
      "ServiceLoader finds the provider: the class is public, so is its constructor, and it is"
          + " named in META-INF/services"),
  G6("create makes the plug-in, with only the required options and with all options"),

  Q1("records leave in the order in which they were added"),
  Q2("add takes a record if fewer than 'capacity' are in the queue, and refuses it otherwise"),
  Q3("records in flight are not counted"),
  Q4("poll returns null at once when there is no record"),
  Q5("acknowledge forgets the oldest in flight, and no others"),
  Q6("putBack puts the youngest in flight back at the head, in their old order"),
  Q7("a record comes out as it went in, to the byte"),
  Q8("add never waits for room"),
  Q9("a count that is larger than the number in flight is refused and changes nothing"),
  Q10("many producers may add at once: each record comes out once, and the bound is exact"),
  Q11("a record that was added is counted by size() on every thread"),
  Q12("close works whatever is in the queue or in flight"),
  Q13("unacknowledged records are offered again after the next start, in the old order"),
  Q14("an acknowledged record is never offered again"),
  Q15("recovered() counts the records that an earlier run left, and no others"),
  Q16("an interrupted thread does no harm, and stays interrupted"),
  Q17("addAll takes the first records that add would take one by one, and returns how many"),
  Q18("boundsItself and outlivesProgram always return the same value"),
  Q19("an added record is still there after a kill, if outlivesProgram says so"),
  Q20("a record that the queue drops by itself is counted in lost() or evicted()"),
  Q21("a number stays with its record, and no lower one is given later"),

  T1("creating it does no I/O and starts no thread"),
  T2(
      "open answers connected, with a port of 1 or more if there is one, listening, or failed or"
          + " connecting with a reason"),
  T3("open and send return in time"),
  T4(
      "the result fits the batch: without an error at least one record was taken, and never more"
          + " than were pulled"),
  T5("a record that is reported as taken has arrived: complete, in order, once"),
  T6("the batch is used during the call of send and on its thread, and no longer"),
  T7("a daemon that is gone is an error that ends the connection, as a value, with a reason"),
  T8("a daemon that takes nothing just now is EAGAIN, as a value, and loses nothing"),
  T9("after reset, open connects again and records flow as before"),
  T10("no record blocks those behind it: each is taken or REJECTED"),
  T11("nothing in a record can make a second record"),
  T12("close releases everything, even if the transport was never opened"),
  T13("if taken means arrived, a record that is reported as taken has arrived when send returns"),
  T14("a batch may end early, after fewer records than the batch before it"),
  T15("an interrupted thread loses no record, and sends no record again that was taken"),
  T16("a record that may have arrived and was not taken is reported as in doubt"),
  T17("endpoints are known before it is opened, begin with a scheme, and stay the same"),

  P1("there is an answer to every question"),
  P2("the policy itself ends the attempts"),
  P3("a record is sent again only if it was tried and can succeed"),
  P4("routeRest gives the answer that route would give for each record"),
  P5("every pass ends"),
  P6("the retry and hold queues stay within the backlog limit"),
  P7("the view of the queues is used during the call, and no longer"),
  P8("walksOnce and stopsPass always return the same value"),
  P9("if order is promised, records are delivered in the order they were logged"),
  P10("an answer comes at once"),
  P11("keepsOrder always returns the same value, and is true only if the order is kept"),

  S1("creating it does no I/O and starts no thread"),
  S2("every record is handed over once, in order"),
  S3("run returns when nothing more can come"),
  S4("close ends run within a second, and records that were read are handed over"),
  S5("close may come before run, after it, and more than once"),
  S6("a record that is refused does not end the source"),
  S7("input that is no record is reported, and does not end the source"),
  S8("a source that cannot be opened is an IOException that names it"),
  S9("after run has returned nothing more is handed over, and no thread is left"),
  S10("endpoints are known before it runs, begin with a scheme, and stay the same");

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

  /** How the message of a failed check begins: the rule, where to read on, and the situation. */
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
