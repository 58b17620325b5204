// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.fixtures.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts a {@link SendingChild} as a user whom permissions mean something to: as nobody, if root
 * runs the tests, and otherwise as whoever runs them.
 */
final class ForeignUser {
  private static final int NOBODY = 65534;
  private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

  private ForeignUser() {}

  /** A place that the user can reach, with a directory {@code logs} of their own. */
  static Path place(Path temp) throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path logs = Files.createDirectory(temp.resolve("logs"));
    if (IS_ROOT) {
      Files.setAttribute(logs, "unix:uid", NOBODY);
    }
    return temp;
  }

  static SendingChild.Remote start(Path place, String... more) throws Exception {
    List<String> command = new ArrayList<>();
    if (IS_ROOT) {
      command.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
      assumeTrue(works(command), "setpriv is not installed");
    }
    command.addAll(List.of(Program.java(), "-cp", copyOfClassPath(place)));
    command.add(SendingChild.class.getName());
    command.add(place.resolve("logs").resolve("audit.log").toString());
    command.addAll(List.of(more));
    return new SendingChild.Remote(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private static boolean works(List<String> command) throws InterruptedException {
    try {
      var probe = new ArrayList<String>(command);
      probe.add("true");
      Process process = new ProcessBuilder(probe).start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** What the child needs of the class path may stand where only its owner can read. */
  private static String copyOfClassPath(Path place) throws IOException {
    Path target = Files.createDirectory(place.resolve("classes"));
    var copied = new ArrayList<String>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      boolean needed =
          Files.isDirectory(from) || entry.contains("slf4j") || entry.contains("audit-");
      if (needed && Files.exists(from)) {
        Path to = target.resolve(copied.size() + "-" + from.getFileName());
        copy(from, to);
        copied.add(to.toString());
      }
    }
    return String.join(File.pathSeparator, copied);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
