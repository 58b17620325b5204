// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to do when the disk of a log becomes full. These are auditd's actions, as far as they fit a
 * library.
 *
 * @since 0.1.0
 */
public final class DiskAction {
  /** Nothing. */
  public static final DiskAction IGNORE = new DiskAction(Kind.IGNORE, null);

  /** A warning in the program's own log; auditd's {@code syslog}. */
  public static final DiskAction LOG = new DiskAction(Kind.LOG, null);

  /**
   * A warning, and no more records are taken. They wait in the queues until there is room again, or
   * somebody asks to go on. Similar to auditd's {@code suspend}, which drops them.
   */
  public static final DiskAction STOP = new DiskAction(Kind.STOP, null);

  /**
   * A warning, no more records are taken, and the panic handler is called; auditd's {@code halt}.
   */
  public static final DiskAction PANIC = new DiskAction(Kind.PANIC, null);

  static final String KIND =
      "ignore, log (syslog), stop (suspend), panic, or exec and the absolute path of a program";
  private static final String EXEC = "exec";

  enum Kind {
    IGNORE,
    LOG,
    EXEC,
    STOP,
    PANIC
  }

  private final Kind kind;
  private final @Nullable Path program;

  private DiskAction(Kind kind, @Nullable Path program) {
    this.kind = kind;
    this.program = program;
  }

  /**
   * A warning, and a program that is started once. It gets no arguments, has no input or output,
   * and nobody waits for it. While it runs it is not started again.
   *
   * @param program an absolute path
   */
  public static DiskAction exec(Path program) {
    if (!Objects.requireNonNull(program, "program").isAbsolute()) {
      throw new IllegalArgumentException("the program '" + program + "' is no absolute path");
    }
    return new DiskAction(Kind.EXEC, program);
  }

  /**
   * Reads an action as a user writes it: its name here or in auditd.conf. {@code exec} is followed
   * by a space and the program.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static DiskAction parse(String text) {
    String word = text.strip();
    if (word.length() > EXEC.length() && word.toLowerCase(Locale.ROOT).startsWith(EXEC + " ")) {
      try {
        return exec(Path.of(word.substring(EXEC.length()).strip()));
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException(e);
      }
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "ignore" -> IGNORE;
      case "log", "syslog" -> LOG;
      case "stop", "suspend" -> STOP;
      case "panic" -> PANIC;
      default -> throw new IllegalArgumentException("no action: " + text);
    };
  }

  /**
   * Checks that a program which is to be started is there: on the day that it is needed is too
   * late.
   *
   * @param option what says that it is to be started
   * @throws IllegalArgumentException saying what to do
   */
  void check(String option) {
    Path started = program;
    if (started != null && !(Files.isRegularFile(started) && Files.isExecutable(started))) {
      throw new IllegalArgumentException(
          option
              + ": there is no program '"
              + started
              + "' that this user may run; name one by its absolute path, without arguments");
    }
  }

  Kind kind() {
    return kind;
  }

  @Nullable Path program() {
    return program;
  }

  boolean stops() {
    return kind == Kind.STOP || kind == Kind.PANIC;
  }

  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return program == null ? name : name + " " + program;
  }
}
