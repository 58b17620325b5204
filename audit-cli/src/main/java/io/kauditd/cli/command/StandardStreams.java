// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which standard streams were closed when this process was started. The first files that
 * a process opens get the free descriptors, so a log could become standard output, and a jar of the
 * JVM standard input. So this looks before anything is opened, and occupies the free descriptors.
 *
 * <p>The JVM itself has opened files by then. If one of them is a standard stream, that stream was
 * closed, and the file, which is only read, keeps the descriptor. The launcher looks before the JVM
 * starts, and passes on what it saw.
 */
public final class StandardStreams {
  /** Set by the launcher: the numbers of the streams that were closed, which it has put to null. */
  static final String CLOSED_PROPERTY = "audit.closed";

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final List<String> NAMES =
      List.of("standard input", "standard output", "standard error");

  /** Names that lead to a standard stream; {@code /dev/std…} are links to them. */
  private static final Map<String, Integer> ALIASES =
      Map.of("/dev/stdin", 0, "/dev/stdout", 1, "/dev/stderr", 2);

  private static final TreeSet<Integer> closed = new TreeSet<>(); // guarded by itself
  private static final List<FileInputStream> places = new ArrayList<>();

  private StandardStreams() {}

  /** Looks, and occupies the free descriptors. Call this first. */
  public static void secure() {
    synchronized (closed) {
      System.getProperty(CLOSED_PROPERTY, "").chars().forEach(digit -> closed.add(digit - '0'));
      if (!Files.isDirectory(DESCRIPTORS)) {
        return; // not Linux: nothing tells
      }
      for (int descriptor = 0; descriptor < NAMES.size(); descriptor++) {
        Path link = DESCRIPTORS.resolve(Integer.toString(descriptor));
        try {
          if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            closed.add(descriptor);
            places.add(new FileInputStream("/dev/null")); // gets the lowest that is free: this one
          } else if (isOfJvm(Files.readSymbolicLink(link).toString())) {
            closed.add(descriptor);
          }
        } catch (IOException e) {
          return; // somebody took /proc away while we looked
        }
      }
    }
  }

  private static boolean isOfJvm(String file) {
    if (file.startsWith(System.getProperty("java.home") + "/")) {
      return true;
    }
    if (!file.endsWith(".jar") && !file.endsWith(".aot") && !file.endsWith(".jsa")) {
      return false;
    }
    String paths =
        System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + System.getProperty("java.class.path", "");
    for (String entry : paths.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry).toAbsolutePath().normalize();
      if (!entry.isEmpty() && Path.of(file).startsWith(path)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the process was started without this one. */
  static boolean isClosed(int descriptor) {
    synchronized (closed) {
      return closed.contains(descriptor);
    }
  }

  /**
   * Refuses a path that leads to a stream that is closed.
   *
   * @param where what the path was given with, for the message
   * @throws UserError if it does
   */
  public static void check(String where, @Nullable String path) {
    Integer descriptor = of(path);
    if (descriptor != null && isClosed(descriptor)) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT,
          where
              + ": "
              + NAMES.get(descriptor)
              + " is closed; start the program with one, or name something else");
    }
  }

  private static @Nullable Integer of(@Nullable String path) {
    if (path == null) {
      return null;
    }
    Integer known = ALIASES.get(path);
    if (known != null) {
      return known;
    }
    for (int descriptor = 0; descriptor < NAMES.size(); descriptor++) {
      if (path.equals("/dev/fd/" + descriptor) || path.equals("/proc/self/fd/" + descriptor)) {
        return descriptor;
      }
    }
    return null;
  }
}
