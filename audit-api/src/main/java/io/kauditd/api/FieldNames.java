// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which names a field may have, and how the audit tools read the fields they know. */
final class FieldNames {
  static final int MAX_LENGTH = 64;

  static final String OP = "op";
  static final String ACCT = "acct";
  static final String EXE = "exe";
  static final String HOSTNAME = "hostname";
  static final String ADDR = "addr";
  static final String TERMINAL = "terminal";
  static final String RES = "res";

  /** Of letters in lower case, as auparse's dictionary; some readers take no others for a name. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*");

  private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  /** What begins a line of the log, or stands around a message. */
  private static final Set<String> OF_THE_LINE = Set.of("msg", "node", "type");

  /** What the kernel writes before a user message, and where the tools look for it. */
  private static final Set<String> OF_THE_SENDER = Set.of("pid", "uid", "auid", "ses", "subj");

  /**
   * The names that ausearch searches in a user message as plain text, anywhere: it finds {@code
   * uid=} in {@code ouid=5}, and takes {@code features=x} for a result.
   */
  private static final Set<String> LOOKED_FOR =
      Set.of("uid", ACCT, EXE, HOSTNAME, TERMINAL, RES, "result", "cwd", "comm");

  /** What the tools expect without quotes. */
  private static final Set<String> BARE = Set.of(OP, HOSTNAME, ADDR, TERMINAL);

  /** What the tools decode if it is not in quotes; the escaped ones of auparse's typetab.h. */
  private static final Set<String> DECODED =
      Set.of(
          "path",
          "comm",
          EXE,
          "file",
          "name",
          "watch",
          "cwd",
          "cmd",
          ACCT,
          "dir",
          "key",
          "vm",
          "old-chardev",
          "new-chardev",
          "old-disk",
          "new-disk",
          "old-fs",
          "new-fs",
          "old-net",
          "new-net",
          "device",
          "cgroup",
          "apparmor",
          "operation",
          "denied_mask",
          "info",
          "profile",
          "requested_mask",
          "old-rng",
          "new-rng",
          "ocomm",
          "grp",
          "new_group",
          "invalid_context",
          "sw",
          "root_dir",
          "data",
          "proctitle");

  private FieldNames() {}

  /**
   * Says what is wrong with a name.
   *
   * @throws IllegalArgumentException if a field of a record of this kind cannot have it
   */
  static void check(String name, boolean userMessage) {
    if (name.length() > MAX_LENGTH || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a field cannot be named '"
              + AuditLine.oneLine(start(name))
              + "'; a name is a letter from a to z and up to "
              + (MAX_LENGTH - 1)
              + " of a to z, 0 to 9, _ and -, such as "
              + usable(name));
    }
    String reason = refusal(name, userMessage);
    if (reason != null) {
      throw new IllegalArgumentException(
          "a field cannot be named '" + name + "': " + reason + "; " + usable(name) + " would do");
    }
  }

  private static @Nullable String refusal(String name, boolean user) {
    if (OF_THE_LINE.contains(name)) {
      return "it belongs to the log's line";
    }
    if (name.equals(RES) || (user && name.equals("result"))) {
      return "the result is set with result(…)";
    }
    if (!user) {
      return null;
    }
    if (OF_THE_SENDER.contains(name)) {
      return "a user message gets it from the process that sends it";
    }
    for (String known : LOOKED_FOR) {
      if (name.endsWith(known) && name.length() > known.length()) {
        return "ausearch would take it for " + known;
      }
    }
    return null;
  }

  private static String start(String name) {
    return name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH) + "…";
  }

  /** A valid field name that is as close as possible to the wished one. */
  static String usable(String wished) {
    String words = WORD_START.matcher(start(wished)).replaceAll("_");
    String name = words.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "_");
    if (name.isEmpty() || name.charAt(0) < 'a') {
      name = "x" + name;
    }
    if (refusal(name, true) != null) {
      name = name + "_";
    }
    return name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH - 1) + "_";
  }

  /** Whether the tools expect the value without quotes. */
  static boolean isBare(String name) {
    return BARE.contains(name);
  }

  /** Whether the tools decode a value that is not in quotes. */
  static boolean isDecoded(String name) {
    return DECODED.contains(name);
  }
}
