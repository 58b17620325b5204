// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The options of a run, on the command line as {@code --key} and in a configuration file as {@code
 * key}. Help, completion, and both readers are made from this list.
 */
public enum RunKey {
  SOURCE(
      Group.PARTS,
      "source",
      "ID[:ARGUMENT]",
      "Where records come from: stdin, file:PATH, unix:PATH, generate:COUNT or a plug-in.",
      "stdin",
      "file:",
      "unix:",
      "generate:"),
  TRANSPORT(
      Group.PARTS,
      Kind.LIST,
      "transport",
      "[NAME=]ID[:ARGUMENT]",
      "Where records go: file:PATH, memory, null or a plug-in. Can be repeated: each"
          + " transport has its own queues, policy and settings (--set NAME.backlog-limit=100),"
          + " and a slow one holds up the others only if NAME.backlog-wait-time is set.",
      "file:",
      "memory",
      "null"),
  POLICY(
      Group.PARTS,
      "policy",
      "ID[:ARGUMENT]",
      "What happens to a record that cannot be sent: mainline (the default), rfc, v5.16, ordered or"
          + " a plug-in.",
      "mainline",
      "rfc",
      "v5.16",
      "ordered"),
  QUEUE(
      Group.PARTS,
      "queue",
      "ID[:ARGUMENT]",
      "The hold queue, which keeps records while the daemon is away: memory (the"
          + " default), spool:DIRECTORY, which survives the end of this program, or a plug-in.",
      "memory",
      "spool:"),
  MAIN_QUEUE(
      Group.PARTS,
      "main-queue",
      "ID[:ARGUMENT]",
      "The main queue. Default: memory.",
      "memory",
      "spool:"),
  RETRY_QUEUE(
      Group.PARTS,
      "retry-queue",
      "ID[:ARGUMENT]",
      "The retry queue. Default: memory.",
      "memory",
      "spool:"),
  REJECTED(
      Group.PARTS,
      "rejected",
      "ID[:ARGUMENT]",
      "A transport for records that another transport rejects for good, for example"
          + " file:rejected.log.",
      "file:"),
  BACKLOG_LIMIT(
      Group.SETTINGS,
      "backlog-limit",
      "RECORDS",
      "Maximum number of records in each queue; 0 for no limit. Default: 8192."),
  BACKLOG_WAIT_TIME(
      Group.SETTINGS,
      "backlog-wait-time",
      "TIME",
      "Maximum time that the source waits for room in the backlog before a record is"
          + " lost, such as 500ms or 60s; a plain number is milliseconds; 0: it never waits."
          + " Default: 60s, or 0 with several transports."),
  RATE_LIMIT(
      Group.SETTINGS,
      "rate-limit",
      "RECORDS",
      "Maximum number of records per second; 0 for no limit. Default: 0."),
  FAILURE_MODE(
      Group.SETTINGS,
      "failure-mode",
      "MODE",
      "What happens when a record is lost: silent, printk (a line on standard error; the default)"
          + " or panic (the run ends).",
      "silent",
      "printk",
      "panic"),
  AUDIT_DEFAULT(
      Group.SETTINGS,
      "audit-default",
      "on|off",
      "Whether records are held while no daemon is connected. Default: on.",
      "on",
      "off"),
  INCLUDE(
      Group.SETTINGS,
      Kind.LIST,
      "include",
      "TYPE,...",
      "Take only records of these types: names, numbers, ranges such as 1300-1399,"
          + " kernel, user. Other records count as filtered, which is no loss. Can be repeated."
          + " Default: all."),
  EXCLUDE(
      Group.SETTINGS,
      Kind.LIST,
      "exclude",
      "TYPE,...",
      "Do not take records of these types, even if --include names them. Can be repeated."),
  CLOSE_DEADLINE(
      Group.RUN,
      "close-deadline",
      "TIME",
      "How long waiting records are still delivered after the source has ended or a"
          + " signal has come, such as 500ms or 10s. Default: 10s."),
  SUMMARY(
      Group.RUN,
      "summary",
      "FILE",
      "Also write the summary to this file, as JSON: ledger, counters, high-water marks."),
  METRICS(
      Group.RUN,
      "metrics",
      "[HOST:]PORT",
      "Serve metrics to Prometheus under /metrics, on the loopback address unless a host"
          + " is given; port 0 takes a free port."),
  PLUGINS(
      Group.RUN,
      Kind.LIST,
      "plugins",
      "DIR",
      "A directory of plug-ins: each jar in it is a plug-in, and so is each sub-directory"
          + " of jars. Can be repeated. Default: plugins/ beside the program."),
  RUNTIME_DIR(
      Group.RUN,
      "runtime-dir",
      "DIR",
      "The directory for the socket on which this run answers status requests. Default:"
          + " kauditd in $$XDG_RUNTIME_DIR, or else kauditd-USER in the temporary directory."),
  STATUS_GROUP(
      Group.RUN,
      "status-group",
      "GROUP",
      "A group whose members may ask this run for its status, in addition to its user and"
          + " root. Default: none."),
  QUIET(Group.RUN, Kind.FLAG, "quiet", "", "Do not print the summary."),
  DEBUG(null, Kind.FLAG, "debug", "", "Print more, including the stack traces of errors.");

  /** How often a key can be given, and with what value. */
  public enum Kind {
    /** With one value. */
    ONE,
    /** With a value each time, or with a list in a file. */
    LIST,
    /** Without a value, or with true or false in a file. */
    FLAG
  }

  /** The sections of the help. */
  public enum Group {
    PARTS("The plug-ins:%n"),
    SETTINGS("The engine's settings, by the kernel's names:%n"),
    RUN("The run:%n");

    private final String heading;

    Group(String heading) {
      this.heading = heading;
    }

    public String heading() {
      return "%n" + heading;
    }
  }

  private final @Nullable Group group;
  private final Kind kind;
  private final String key;
  private final String label;
  private final String description;
  private final String candidates; // with spaces between; an enumeration holds no list

  RunKey(Group group, String key, String label, String description, String... candidates) {
    this(group, Kind.ONE, key, label, description, candidates);
  }

  RunKey(
      @Nullable Group group,
      Kind kind,
      String key,
      String label,
      String description,
      String... candidates) {
    this.group = group;
    this.kind = kind;
    this.key = key;
    this.label = label;
    this.description = description;
    this.candidates = String.join(" ", candidates);
  }

  /** The section of the help; null for an option that every command has. */
  public @Nullable Group group() {
    return group;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether it can change while a run goes on. */
  boolean isChangeable() {
    return group == Group.SETTINGS
        || this == CLOSE_DEADLINE
        || this == SUMMARY
        || this == QUIET
        || this == DEBUG;
  }

  /** Whether it can be said of one transport alone, {@code kafka.backlog-limit}. */
  boolean isOfDelivery() {
    return switch (this) {
      case SOURCE, TRANSPORT, REJECTED, INCLUDE, EXCLUDE -> false;
      default -> group == Group.PARTS || group == Group.SETTINGS;
    };
  }

  /** Those that can be said of one transport alone. */
  public static List<RunKey> ofDelivery() {
    return Arrays.stream(values()).filter(RunKey::isOfDelivery).toList();
  }

  /** The key in a configuration file; the option has two hyphens before it. */
  public String key() {
    return key;
  }

  public String option() {
    return "--" + key;
  }

  public String label() {
    return label;
  }

  public String description() {
    return description;
  }

  /** Values to complete to. */
  public List<String> candidates() {
    return candidates.isEmpty() ? List.of() : List.of(candidates.split(" ", -1));
  }

  /** The option with this key, if there is one. */
  public static Optional<RunKey> of(String key) {
    return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
  }
}
