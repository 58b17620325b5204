// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * This process as the kernel names the sender of a user message; follows
 * audit_log_common_recv_msg(). Read once: none of it changes while a Java program runs.
 *
 * @param prefix what the kernel writes before the message, {@code pid=1 uid=0 auid=1000 ses=3}
 * @param exe the program, encoded; {@code "?"} if it is not known
 */
record Sender(String prefix, String exe) {
  /** What the kernel writes for a login user or a session that is not set. */
  private static final String UNSET = "4294967295";

  /** On first use, and not with the class: an image that is made ahead would keep another's. */
  private static final class Self {
    static final Sender SENDER = read(Path.of("/proc/self"));
  }

  static Sender self() {
    return Self.SENDER;
  }

  static Sender read(Path proc) {
    return new Sender(
        "pid="
            + ProcessHandle.current().pid()
            + " uid="
            + uid(proc.resolve("status"))
            + " auid="
            + number(proc.resolve("loginuid"))
            + " ses="
            + number(proc.resolve("sessionid")),
        exe(proc.resolve("exe")));
  }

  /** The real user, as the kernel's: the first of four. */
  private static String uid(Path status) {
    try {
      for (String line : Files.readAllLines(status)) {
        String[] words = line.split("\\s+", -1);
        if (words.length > 1 && words[0].equals("Uid:")) {
          return checked(words[1]);
        }
      }
    } catch (IOException | RuntimeException e) { // not Linux, or not for us to read
      return UNSET;
    }
    return UNSET;
  }

  private static String number(Path file) {
    try {
      return checked(Files.readString(file).strip());
    } catch (IOException | RuntimeException e) { // as above, or a kernel without audit
      return UNSET;
    }
  }

  private static String checked(String number) {
    return Long.toString(Integer.toUnsignedLong(Integer.parseUnsignedInt(number)));
  }

  private static String exe(Path link) {
    try {
      return FieldValues.encode(Files.readSymbolicLink(link).toString());
    } catch (IOException | RuntimeException e) { // as above
      return "\"?\"";
    }
  }
}
